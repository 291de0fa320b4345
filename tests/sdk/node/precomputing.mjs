// The precomputed client of js-client-sdk-common as commands, for Node and for a page alike: {"do": "load", ...} takes a
// document as it is fetched, {"do": "fetch", ...} fetches one; "assignAll" and "bandit" ask, "visit" does all of it.

import { Recorder } from './assigning.mjs';

const GETTERS = {
  BOOLEAN: 'getBooleanAssignment',
  STRING: 'getStringAssignment',
  INTEGER: 'getIntegerAssignment',
  NUMERIC: 'getNumericAssignment',
  JSON: 'getJSONAssignment',
};

// What differs from one moment to the next says nothing about an answer.
function withoutMoments({ timestamp, evaluationDetails, metaData, ...event }) {
  return event;
}

export function commandsOf({ EppoPrecomputedClient, MemoryOnlyConfigurationStore }) {
  const recorder = new Recorder();
  let client;
  let store;

  function taken() {
    const { assignments, banditActions } = recorder.taken();
    return { assignments: assignments.map(withoutMoments), banditActions: banditActions.map(withoutMoments) };
  }

  async function filled(entries, { salt, format, createdAt, environment }) {
    const filling = new MemoryOnlyConfigurationStore();
    filling.salt = salt;
    filling.setFormat(format);
    filling.setConfigPublishedAt(createdAt);
    filling.setEnvironment(environment);
    await filling.setEntries(entries);
    return filling;
  }

  function listening(made) {
    made.setAssignmentLogger(recorder);
    made.setBanditLogger(recorder);
    return made;
  }

  const commands = {
    async load({ document, subject, attributes }) {
      client = listening(
        new EppoPrecomputedClient({
          precomputedFlagStore: await filled(document.flags, document),
          precomputedBanditStore: await filled(document.bandits, document),
          subject: { subjectKey: subject, subjectAttributes: attributes },
        }),
      );
    },
    // Fetches as the SDKs for browsers and React Native do, once.
    async fetch({ baseUrl, key, subject, attributes, actions, sdkName = 'js-client-sdk', sdkVersion = '3.18.2' }) {
      store = new MemoryOnlyConfigurationStore();
      client = listening(
        new EppoPrecomputedClient({
          precomputedFlagStore: store,
          precomputedBanditStore: new MemoryOnlyConfigurationStore(),
          subject: { subjectKey: subject, subjectAttributes: attributes },
          banditActions: actions ?? undefined,
          requestParameters: {
            apiKey: key,
            baseUrl,
            sdkName,
            sdkVersion,
            numInitialRequestRetries: 0,
            throwOnFailedInitialization: true,
          },
        }),
      );
      await client.fetchPrecomputedFlags();
      return { environment: store.getEnvironment().name, format: store.getFormat() };
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
    async visit({ questions, bandits, ...whom }) {
      const fetched = await commands.fetch(whom);
      return { ...fetched, assigned: commands.assignAll({ questions }), chosen: bandits.map(commands.bandit) };
    },
  };
  return commands;
}
