// The event dispatcher of the real @eppo/node-server-sdk: {"key", "baseUrl", "events"} tracks so many events.

import { createInterface } from 'node:readline';

import * as eppo from '@eppo/node-server-sdk';

async function run({ key, baseUrl, events }) {
  const client = await eppo.init({
    apiKey: key,
    baseUrl,
    assignmentLogger: { logAssignment() {} },
    eventTracking: { enabled: true, deliveryIntervalMs: 50, retryIntervalMs: 50 },
  });
  for (let number = 0; number < events; number += 1) client.track('purchase', { number });
  return events;
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = { answer: await run(JSON.parse(line)) };
  } catch (error) {
    reply = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit(0);
