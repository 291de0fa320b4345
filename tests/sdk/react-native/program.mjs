// The real @eppo/react-native-sdk; ../node/answering.mjs says what it can be asked.
//
// Of React Native it needs the key-value storage alone. Its own version for the web keeps everything in the
// browser's, which Node lacks: a map takes that place.

import { createRequire } from 'node:module';

import { commandsOf } from '../node/answering.mjs';
import { answerLines } from '../node/lines.mjs';

const kept = new Map();
globalThis.window = {
  localStorage: {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  },
};

const eppo = createRequire(import.meta.url)('@eppo/react-native-sdk');

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
