// A client as the SDK for browsers makes it, of js-client-sdk-common in any version, polling; in Node or in a page.

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

function made({ EppoClient, MemoryOnlyConfigurationStore }, parameters) {
  return MemoryOnlyConfigurationStore
    ? new EppoClient({
        flagConfigurationStore: new MemoryOnlyConfigurationStore(),
        configurationRequestParameters: parameters,
        isObfuscated: true,
      })
    : new EppoClient(new Store(), parameters, true);
}

export async function clientOf(sdk, { key, baseUrl, pollMs }, recorder) {
  const client = made(sdk, {
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
}
