// Everyday work without a mouse: every stop of the Tab key can be seen, forms are walked in the order they are read, dialogs
// close with Escape and give the focus back, rows are walked with the arrows and opened with Enter.
import { awake, desk, expect, signedIn, site, test } from './site';
import type { Page } from '@playwright/test';

/** What has the focus: its name or words, and whether a person sees that it has it. */
async function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const seen = (of: Element | null): boolean => {
      if (!of || of === document.body) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(of);
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || (of === element && seen(of.closest('.input-box, .search-box, .drop-zone')));
    };
    const name = (element as HTMLInputElement).name || element.getAttribute('aria-label') || element.innerText || element.tagName;
    return { name: name.trim().split('\n')[0], seen: seen(element), tag: element.tagName };
  });
}

async function start(page: Page, path: string) {
  await page.setViewportSize(desk);
  await signedIn(page, 'admin');
  await page.goto(site('admin') + path);
  await awake(page);
}

const paths = [
  '/billing', '/billing/rehearsals', '/invoices', '/payments', '/books', '/books/journal', '/cash', '/books/expenses/new', '/jobs',
  '/customers', '/routers', '/routers/new', '/routers/waiting', '/routers/templates', '/addresses', '/people', '/people/presets', '/people/zones',
  '/settings', '/audit',
];

for (const path of paths) {
  test(`each stop on ${path} is seen`, async ({ page }) => {
    await start(page, path);
    const unseen: string[] = [];
    for (let stop = 0; stop < 45; stop += 1) {
      await page.keyboard.press('Tab');
      const { name, seen, tag } = await focused(page);
      if (tag === 'BODY') break;
      if (!seen) unseen.push(`${tag} ${name}`);
    }
    expect(unseen).toEqual([]);
  });
}

test('a payment is taken without a mouse', async ({ page }) => {
  await start(page, '/invoices?state=overdue');
  await page.locator('tbody a.row-link').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/invoices\/[0-9a-f-]+$/);
  await page.locator('main').getByRole('link', { name: /take payment/i }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/payments\/new\?customer=/);
  await expect(page.locator('input[name=amount]')).toBeFocused();
  await page.keyboard.press('Tab');
  expect((await focused(page)).name).toBe('method');
  // What few need is one stop, and opens with Enter.
  const more = page.locator('details.fold > summary');
  for (let stop = 0; stop < 20 && !(await more.evaluate((summary) => summary === document.activeElement)); stop += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('SLIP-1');
  await expect(page.locator('input[name=reference]')).toHaveValue('SLIP-1');
  await page.locator('input[name=amount]').fill('1');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/payments\/[0-9a-f-]+\?taken=yes/);
});

test('a question closes with Escape and gives the focus back', async ({ page }) => {
  await start(page, '/billing');
  const run = page.getByRole('button', { name: /run billing/i }).first();
  await run.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog[open]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(run).toBeFocused();
});
