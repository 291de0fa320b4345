// A sandbox for each test that asks for one.

import { test as base, expect } from 'vitest';

import { createSandbox } from './eppo-emulator.mjs';
import { startSdk, stopSdk } from './eppo-sdk.mjs';
import { accessory, headline } from './shop.mjs';

const test = base.extend({
  eppo: async ({ task }, use) => {
    const eppo = await createSandbox({ name: task.name }, startSdk);
    await use(eppo);
    stopSdk();
    await eppo.end();
  },
});

test('the banner shows what the bandit chooses', async ({ eppo }) => {
  await eppo.pin('accessory-bandit', 'lock');

  expect(accessory('ann')).toBe('lock');
});

test('whatever other tests change, here are the flags of the files', async ({ eppo }) => {
  expect(headline('ann')).toBe('playful');
});
