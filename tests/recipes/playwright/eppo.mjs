// Playwright's `test`, whose pages live in the sandbox `eppo`.

import { test as base } from '@playwright/test';

import { createSandbox } from './eppo-emulator.mjs';

export { expect } from '@playwright/test';

/** Make whatever page this browser context opens use the sandbox. */
export const useSandbox = (context, { sdkKey, baseUrl }) =>
  context.addInitScript((flags) => localStorage.setItem('shop.flags', JSON.stringify(flags)), { sdkKey, baseUrl });

export const test = base.extend({
  eppo: async ({ context }, run, { title }) => {
    const eppo = await createSandbox({ name: title });
    await useSandbox(context, eppo);
    await run(eppo);
    await eppo.end();
  },
});
