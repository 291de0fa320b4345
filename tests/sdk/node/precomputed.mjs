// The precomputed client of js-client-sdk-common: {"do": "load", ...} takes a document as it is fetched,
// {"do": "assignAll", "questions": [...]} and {"do": "bandit", ...} ask it.

import { createRequire } from 'node:module';

import { Recorder } from './assigning.mjs';
import { answerLines } from './lines.mjs';

const { EppoPrecomputedClient, MemoryOnlyConfigurationStore } = createRequire(import.meta.url)('@eppo/js-client-sdk-common');

const GETTERS = {
  BOOLEAN: 'getBooleanAssignment',
  STRING: 'getStringAssignment',
  INTEGER: 'getIntegerAssignment',
  NUMERIC: 'getNumericAssignment',
  JSON: 'getJSONAssignment',
};

const recorder = new Recorder();
let client;

async function filled(entries, { salt, format, createdAt, environment }) {
  const store = new MemoryOnlyConfigurationStore();
  store.salt = salt;
  store.setFormat(format);
  store.setConfigPublishedAt(createdAt);
  store.setEnvironment(environment);
  await store.setEntries(entries);
  return store;
}

// What differs from one moment to the next says nothing about an answer.
function withoutMoments({ timestamp, evaluationDetails, metaData, ...event }) {
  return event;
}

function taken() {
  const { assignments, banditActions } = recorder.taken();
  return { assignments: assignments.map(withoutMoments), banditActions: banditActions.map(withoutMoments) };
}

const COMMANDS = {
  async load({ document, subject, attributes }) {
    client = new EppoPrecomputedClient({
      precomputedFlagStore: await filled(document.flags, document),
      precomputedBanditStore: await filled(document.bandits, document),
      subject: { subjectKey: subject, subjectAttributes: attributes },
    });
    client.setAssignmentLogger(recorder);
    client.setBanditLogger(recorder);
  },
  assignAll: ({ questions }) =>
    questions.map(({ flag, type, default: fallback }) => {
      const value = client[GETTERS[type]](flag, fallback);
      return { value, ...taken() };
    }),
  bandit({ flag, default: fallback }) {
    const { variation, action } = client.getBanditAction(flag, fallback);
    return { variation, action, ...taken() };
  },
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
