// The real @eppo/node-server-sdk: {"do": "start" | "assign" | "bandit" | "stop", ...}.

import * as eppo from '@eppo/node-server-sdk';

import { assign, Recorder } from './assigning.mjs';
import { answerLines } from './lines.mjs';

const recorder = new Recorder();
let client;

const COMMANDS = {
  async start({ key, baseUrl, pollMs, throwOnFailure = true }) {
    client = await eppo.init({
      apiKey: key,
      baseUrl,
      assignmentLogger: recorder,
      banditLogger: recorder,
      pollingIntervalMs: pollMs,
      // A client that is meant to survive a server's absence must not give up meanwhile.
      numPollRequestRetries: 1000,
      pollAfterFailedInitialization: true,
      throwOnFailedInitialization: throwOnFailure,
    });
  },
  assign: (question) => assign(client, recorder, question),
  bandit({ flag, subject, attributes, actions, default: fallback }) {
    recorder.taken();
    const { variation, action } = client.getBanditAction(flag, subject, attributes, actions, fallback);
    return { variation, action, logged: recorder.taken().banditActions };
  },
  stop: () => client.stopPolling(),
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
