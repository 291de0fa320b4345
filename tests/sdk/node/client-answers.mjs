// js-client-sdk-common as the SDK for browsers uses it, polling; answering.mjs says what it can be asked.
// The argument is the package: several versions are installed side by side.

import { createRequire } from 'node:module';

import { commandsOf } from './answering.mjs';
import { answerLines } from './lines.mjs';

const { EppoClient, MemoryOnlyConfigurationStore } = createRequire(import.meta.url)(process.argv[2]);

// The first UFC releases left the store to the SDK around them.
class Store {
  #entries = {};
  #isInitialized = false;

  get = (key) => this.#entries[key] ?? null;
  getKeys = () => Object.keys(this.#entries);
  isInitialized = () => this.#isInitialized;

  setEntries(entries) {
    this.#entries = entries;
    this.#isInitialized = true;
  }
}

function made(parameters) {
  return MemoryOnlyConfigurationStore
    ? new EppoClient({
        flagConfigurationStore: new MemoryOnlyConfigurationStore(),
        configurationRequestParameters: parameters,
        isObfuscated: true,
      })
    : new EppoClient(new Store(), parameters, true);
}

const commands = commandsOf(async ({ key, baseUrl, pollMs }, recorder) => {
  const client = made({
    apiKey: key,
    baseUrl,
    sdkName: 'js-client-sdk',
    sdkVersion: '3.18.2',
    pollingIntervalMs: pollMs,
    numPollRequestRetries: 1000,
    pollAfterSuccessfulInitialization: true,
    pollAfterFailedInitialization: true,
    throwOnFailedInitialization: false,
  });
  (client.setAssignmentLogger ?? client.setLogger).call(client, recorder);
  await client.fetchFlagConfigurations();
  return client;
});

await answerLines((message) => commands[message.do](message));
process.exit(0);
