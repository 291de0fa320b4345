// The precomputed client of js-client-sdk-common in Node; precomputing.mjs says what it can be asked.

import { createRequire } from 'node:module';

import { answerLines } from './lines.mjs';
import { commandsOf } from './precomputing.mjs';

const commands = commandsOf(createRequire(import.meta.url)('@eppo/js-client-sdk-common'));

await answerLines((message) => commands[message.do](message));
process.exit(0);
