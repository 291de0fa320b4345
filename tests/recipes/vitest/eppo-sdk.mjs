// The application's SDK, as tests run it.

import { init } from '@eppo/node-server-sdk';

export const assignments = [];
const assignmentLogger = { logAssignment: (event) => assignments.push(event) };
let client;

/** Start the SDK anew: it fetches what the sandbox serves now, and `getInstance()` returns the new client. */
export async function startSdk({ sdkKey, baseUrl }) {
  stopSdk();
  assignments.length = 0;
  client = await init({ apiKey: sdkKey, baseUrl, assignmentLogger });
}

/** `init` replaces a client, but the former one would go on polling. */
export function stopSdk() {
  client?.stopPolling();
}
