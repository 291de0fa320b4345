// js-client-sdk-common as the browser SDK uses it: {"do": "fetch" | "load" | "assign", ...}.

import { createRequire } from 'node:module';

import { assign, Recorder } from './assigning.mjs';
import { answerLines } from './lines.mjs';

const { EppoClient, MemoryOnlyConfigurationStore } = createRequire(import.meta.url)('@eppo/js-client-sdk-common');

const recorder = new Recorder();
let client;
let store;

function freshClient(configurationRequestParameters) {
  store = new MemoryOnlyConfigurationStore();
  client = new EppoClient({ flagConfigurationStore: store, configurationRequestParameters });
  client.setAssignmentLogger(recorder);
}

const COMMANDS = {
  // Fetches as the browser SDK does, without polling.
  async fetch({ key, baseUrl, sdkName = 'js-client-sdk', sdkVersion = '3.18.2' }) {
    freshClient({ apiKey: key, baseUrl, sdkName, sdkVersion, numInitialRequestRetries: 0 });
    await client.fetchFlagConfigurations();
    return { format: store.getFormat(), keys: store.getKeys() };
  },
  // Takes a configuration as it would have been fetched.
  async load({ config }) {
    freshClient(undefined);
    store.setFormat(config.format);
    store.setEnvironment(config.environment);
    store.setConfigPublishedAt(config.createdAt);
    await store.setEntries(config.flags);
  },
  assign: (question) => assign(client, recorder, question),
  assignAll: ({ questions }) => questions.map((question) => assign(client, recorder, question)),
};

await answerLines((message) => COMMANDS[message.do](message));
process.exit(0);
