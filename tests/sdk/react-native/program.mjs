// The real @eppo/react-native-sdk; ../node/answering.mjs says what it can be asked.

import './storage.mjs';

import * as eppo from '@eppo/react-native-sdk';

import { commandsOf } from '../node/answering.mjs';
import { answerLines } from '../node/lines.mjs';

const commands = commandsOf(({ key, baseUrl, pollMs }, recorder) =>
  eppo.init({
    apiKey: key,
    baseUrl,
    assignmentLogger: recorder,
    pollingIntervalMs: pollMs,
    numPollRequestRetries: 1000,
    pollAfterSuccessfulInitialization: true,
    pollAfterFailedInitialization: true,
    throwOnFailedInitialization: false,
  }),
);

await answerLines((message) => commands[message.do](message));
process.exit(0);
