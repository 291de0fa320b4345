// An SDK that polls, as in production: the test waits until it has the change.

import { init } from '@eppo/node-server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createSandbox } from './eppo-emulator.mjs';
import { headline } from './shop.mjs';

let eppo;
let client;

beforeAll(async () => {
  eppo = await createSandbox();
  const assignmentLogger = { logAssignment() {} };
  client = await init({ apiKey: eppo.sdkKey, baseUrl: eppo.baseUrl, assignmentLogger, pollingIntervalMs: 200 });
});
afterAll(async () => {
  client.stopPolling();
  await eppo.end();
});

test('a change reaches the SDK at its next poll', async () => {
  await eppo.serve('signup-headline', 'short');
  await eppo.inStep();

  expect(headline('ann')).toBe('short');
});
