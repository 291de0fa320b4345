import { createSandbox } from './eppo-emulator.mjs';
import { expect, test, useSandbox } from './eppo.mjs';

test('a change is there when the page is loaded again', async ({ page, eppo }) => {
  await page.goto('/shop/');
  await expect(page.getByRole('heading')).toHaveText('playful');

  await eppo.serve('signup-headline', 'short');
  await page.reload();

  await expect(page.getByRole('heading')).toHaveText('short');
});

test('the assignment is logged as the experiment does', async ({ page, eppo }) => {
  await eppo.serve('signup-headline', 'short', { via: 'headline-test' });

  await page.goto('/shop/');

  await eppo.waitForEvents({ flag: 'signup-headline' });
  expect(await eppo.events()).toMatchObject([{ subject: 'ann', experiment: 'signup-headline-headline-test' }]);
});

test('two visitors see two shops', async ({ browser }) => {
  const visits = ['short', 'control'].map(async (variation) => {
    const eppo = await createSandbox();
    await eppo.serve('signup-headline', variation);
    const context = await browser.newContext();
    await useSandbox(context, eppo);
    const page = await context.newPage();
    await page.goto('/shop/');
    await expect(page.getByRole('heading')).toHaveText(variation);
    await eppo.end();
  });

  await Promise.all(visits);
});
