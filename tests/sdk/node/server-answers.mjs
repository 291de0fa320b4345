// The real @eppo/node-server-sdk; answering.mjs says what it can be asked.

import * as eppo from '@eppo/node-server-sdk';

import { commandsOf } from './answering.mjs';
import { answerLines } from './lines.mjs';

const commands = commandsOf(({ key, baseUrl, pollMs }, recorder) =>
  eppo.init({
    apiKey: key,
    baseUrl,
    assignmentLogger: recorder,
    banditLogger: recorder,
    pollingIntervalMs: pollMs,
    // A client that is meant to survive a server's absence must not give up meanwhile.
    numPollRequestRetries: 1000,
    pollAfterFailedInitialization: true,
    throwOnFailedInitialization: false,
  }),
);

await answerLines((message) => commands[message.do](message));
process.exit(0);
