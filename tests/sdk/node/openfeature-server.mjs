// The real OpenFeature SDK for servers with its OFREP provider: {"do": "start" | "ask", ...}.

import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';

import { answerLines } from './lines.mjs';
import { ask, pairs } from './openfeature.mjs';

const COMMANDS = {
  start: ({ baseUrl, headers }) =>
    OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: pairs(headers) })),
  ask: (question) => ask(OpenFeature.getClient(), question),
  askAll: ({ questions }) => Promise.all(questions.map((question) => ask(OpenFeature.getClient(), question))),
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
