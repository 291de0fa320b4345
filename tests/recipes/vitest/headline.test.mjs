// One sandbox for all tests of this file.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createSandbox } from './eppo-emulator.mjs';
import { assignments, startSdk, stopSdk } from './eppo-sdk.mjs';
import { headline } from './shop.mjs';

let eppo;

beforeAll(async () => {
  eppo = await createSandbox({ name: 'headline.test.mjs' }, startSdk);
});
beforeEach(() => eppo.reset());
afterAll(async () => {
  stopSdk();
  await eppo.end();
});

test('a headline for everybody', async () => {
  await eppo.serve('signup-headline', 'short');

  expect(headline('ann')).toBe('short');
});

test('a headline for one user, logged as the experiment would', async () => {
  await eppo.serve('signup-headline', 'short', { subjects: ['ann'], via: 'headline-test' });

  expect([headline('ann'), headline('bob')]).toEqual(['short', 'control']);
  expect(assignments[0]).toMatchObject({ subject: 'ann', experiment: 'signup-headline-headline-test' });
});

test('no such flag', async () => {
  await eppo.off('signup-headline');

  expect(headline('ann')).toBe('control');
});

test('a misspelt variation fails here, not later', async () => {
  await expect(eppo.serve('signup-headline', 'shrot')).rejects.toThrow('did you mean "short"?');
});
