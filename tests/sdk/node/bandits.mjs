// The real @eppo/node-server-sdk, handed documents by a server of its own:
// {"do": "answerAll", "config": ..., "models": ..., "questions": [...]}.
// Numbers that JSON cannot write travel as {"$number": "NaN"}.

import { createServer } from 'node:http';

import * as eppo from '@eppo/node-server-sdk';

import { Recorder } from './assigning.mjs';
import { answerLines } from './lines.mjs';

let served;
const server = createServer((request, response) => {
  const document = request.url.includes('/bandits') ? served.models : served.config;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(document));
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

function revived(value) {
  if (Array.isArray(value)) return value.map(revived);
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

function answer(client, recorder, { flag, subject, context, actions, default: fallback }) {
  const result = client.getBanditActionDetails(flag, subject, context, actions, fallback);
  const logged = recorder.taken();
  return {
    variation: result.variation,
    action: result.action,
    code: result.evaluationDetails.flagEvaluationCode,
    assignments: logged.assignments,
    banditActions: logged.banditActions,
  };
}

const COMMANDS = {
  async answerAll({ config, models, questions }) {
    served = { config, models };
    const recorder = new Recorder();
    const client = await eppo.init({
      apiKey: 'in-process',
      baseUrl: `http://127.0.0.1:${server.address().port}`,
      assignmentLogger: recorder,
      banditLogger: recorder,
      pollingIntervalMs: 3_600_000,
    });
    client.stopPolling();
    return writable(questions.map((question) => answer(client, recorder, revived(question))));
  },
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
