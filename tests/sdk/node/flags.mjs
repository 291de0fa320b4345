// The real @eppo/node-server-sdk, handed configurations by a server of its own:
// {"do": "answerAll", "config": ..., "questions": [...]}.
// Numbers that JSON cannot write travel as {"$number": "NaN"}.

import { createServer } from 'node:http';

import * as eppo from '@eppo/node-server-sdk';

import { Recorder } from './assigning.mjs';
import { answerLines } from './lines.mjs';

const GETTERS = {
  BOOLEAN: 'getBooleanAssignmentDetails',
  STRING: 'getStringAssignmentDetails',
  INTEGER: 'getIntegerAssignmentDetails',
  NUMERIC: 'getNumericAssignmentDetails',
  JSON: 'getJSONAssignmentDetails',
};

let served;
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(served);
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

function revived(value) {
  if (value === null || typeof value !== 'object') return value;
  if ('$number' in value) return Number(value.$number);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revived(one)]));
}

function writable(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  if (Array.isArray(value)) return value.map(writable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, writable(one)]));
}

function answer(client, recorder, { flag, kind, subject, attributes, default: fallback }) {
  const { variation, evaluationDetails } = client[GETTERS[kind]](flag, subject, revived(attributes), fallback);
  return { value: variation, details: evaluationDetails, events: recorder.taken().assignments };
}

const COMMANDS = {
  // The configuration comes as a text, so that its numbers arrive as they were written.
  async answerAll({ config, questions }) {
    served = config;
    const recorder = new Recorder();
    const client = await eppo.init({
      apiKey: 'in-process',
      baseUrl: `http://127.0.0.1:${server.address().port}`,
      assignmentLogger: recorder,
      pollingIntervalMs: 3_600_000,
    });
    client.stopPolling();
    client.disableAssignmentCache();
    return writable(questions.map((question) => answer(client, recorder, question)));
  },
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
