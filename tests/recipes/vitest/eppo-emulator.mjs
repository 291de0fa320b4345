// Sandboxes of a running eppo-emulator, for tests that run in Node.js: plain fetch, nothing to install.

const api = `${process.env.EPPO_EMULATOR_URL ?? 'http://127.0.0.1:8378'}/emulator/v1`;

/**
 * Flags that only those see who use this `sdkKey` and `baseUrl`.
 *
 * `options` are those of POST /sandboxes: { name: 'a name', environment: 'production', at: '2025-06-01T12:00Z' }.
 * `changed` is called with the sandbox at the start, and after every change before the call returns.
 */
export async function createSandbox(options = {}, changed = async () => {}) {
  const { sdkKey, baseUrl } = await call('POST', '/sandboxes', options);
  const mine = `/sandboxes/${sdkKey}`;
  const change = async (method, path, body) => {
    await call(method, mine + path, body);
    await changed(sandbox);
  };
  const flag = (key) => `/flags/${encodeURIComponent(key)}`;
  const bandit = (key) => `/bandits/${encodeURIComponent(key)}`;

  const sandbox = {
    sdkKey,
    baseUrl,
    serve: (key, variation, { subjects, via } = {}) => change('PUT', flag(key), { serve: variation, subjects, via }),
    off: (key) => change('PUT', flag(key), { off: true }),
    pin: (key, action) => change('PUT', bandit(key), { pin: action }),
    reset: () => change('POST', '/reset'),
    end: () => call('DELETE', mine),
    // For applications that poll: until `clients` of them have what is served now.
    inStep: (clients = 1) => call('POST', `${mine}/await`, { clients, timeoutMs: 20_000 }),
    // What was posted to /emulator/v1/events?sdkKey=… so far; and until `count` such events are there.
    events: async (match = {}) =>
      (await call('GET', `/events?${new URLSearchParams({ ...match, sandbox: sdkKey })}`)).events,
    waitForEvents: async (match = {}, count = 1) =>
      (await call('POST', '/events/wait', { match: { ...match, sandbox: sdkKey }, count, timeoutMs: 5_000 })).events,
  };
  await changed(sandbox);
  return sandbox;
}

async function call(method, path, body) {
  const response = await fetch(api + path, { method, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.detail}`);
  return answer;
}
