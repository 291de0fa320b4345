// The page under test, with the common part of Eppo's browser SDKs.

const { EppoClient, MemoryOnlyConfigurationStore } = globalThis.eppo;

// What a test put there, or what this build of the shop uses.
const { sdkKey, baseUrl } = JSON.parse(localStorage.getItem('shop.flags')) ?? {
  sdkKey: 'local-test-browser',
  baseUrl: 'http://127.0.0.1:8378/api',
};

const client = new EppoClient({
  flagConfigurationStore: new MemoryOnlyConfigurationStore(),
  configurationRequestParameters: { apiKey: sdkKey, baseUrl, sdkName: 'js-client-sdk', sdkVersion: '3.18.2' },
});
client.setAssignmentLogger({
  logAssignment(event) {
    const inbox = new URL(`/emulator/v1/events?sdkKey=${sdkKey}`, baseUrl);
    fetch(inbox, { method: 'POST', body: JSON.stringify(event), keepalive: true });
  },
});
await client.fetchFlagConfigurations();

document.querySelector('h1').textContent = client.getStringAssignment('signup-headline', 'ann', {}, 'control');
