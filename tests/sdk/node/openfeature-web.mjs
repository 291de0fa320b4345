// The real OpenFeature SDK for browsers with its OFREP provider, which asks for all flags at once:
// {"do": "start" | "ask" | "setContext" | "statuses" | "changes", ...}. Node has no localStorage, so nothing is kept there.

import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';

import { answerLines } from './lines.mjs';
import { ask, pairs } from './openfeature.mjs';

const statuses = [];
const changes = [];

async function fetchImplementation(...request) {
  const response = await fetch(...request);
  statuses.push(response.status);
  return response;
}

OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => changes.push(flagsChanged));

const COMMANDS = {
  async start({ baseUrl, headers, context, pollMs = 0 }) {
    const options = { baseUrl, headers: pairs(headers), pollInterval: pollMs, cacheMode: 'disabled' };
    await OpenFeature.setProviderAndWait(new OFREPWebProvider({ ...options, fetchImplementation }), context);
  },
  ask: (question) => ask(OpenFeature.getClient(), question),
  askAll: ({ questions }) => questions.map((question) => ask(OpenFeature.getClient(), question)),
  setContext: ({ context }) => OpenFeature.setContext(context),
  // What came since the last time.
  statuses: () => statuses.splice(0),
  changes: () => changes.splice(0),
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
