// js-client-sdk-common as the SDK for browsers uses it, polling; answering.mjs says what it can be asked.
// The argument is the package: several versions are installed side by side.

import { createRequire } from 'node:module';

import { commandsOf } from './answering.mjs';
import { clientOf } from './browser-client.mjs';
import { answerLines } from './lines.mjs';

const sdk = createRequire(import.meta.url)(process.argv[2]);
const commands = commandsOf((message, recorder) => clientOf(sdk, message, recorder));

await answerLines((message) => commands[message.do](message));
process.exit(0);
