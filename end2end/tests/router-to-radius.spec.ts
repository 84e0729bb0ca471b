// A router that lets its subscribers in by itself is moved to RADIUS and back, without a mouse: real requests from its own
// address, real sessions that are cut and dial in again.
import { awake, desk, expect, signedIn, site, test } from './site';
import type { Locator, Page } from '@playwright/test';

async function press(page: Page, target: Locator, key = 'Enter') {
  await target.focus();
  await page.keyboard.press(key);
}

/** The question opens with the focus on no; yes is one Tab away. */
async function pressAndConfirm(page: Page, name: string) {
  await press(page, page.getByRole('button', { name }).first());
  await expect(page.locator('dialog[open]')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
}

/** What the page says of the run, by itself and without being asked again. */
function state(page: Page, words: string): Locator {
  return page.locator('main dd').getByText(words, { exact: true });
}

test('a router in the field is moved to RADIUS and back', async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize(desk);
  await signedIn(page, 'admin');
  await page.goto(`${site('admin')}/routers`);
  await awake(page);
  await press(page, page.getByRole('link', { name: 'Savar field' }));
  await page.waitForURL(/\/routers\/[0-9a-f-]+$/);
  const router = page.url();
  // It has been told all its lines, and they are online.
  await expect(async () => {
    await page.goto(`${router}/migrate`);
    await expect(page.locator('main dd').getByText('8, of them 8 online now')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 90_000 });
  await awake(page);
  await expect(page.getByRole('row', { name: /tea-stall.*No line has this name/ })).toBeVisible();

  await pressAndConfirm(page, 'Move to RADIUS');
  await expect(page.getByText(/secrets? would stay on the router/).first()).toBeVisible();
  await press(page, page.getByLabel(/may stay/), 'Space');
  await pressAndConfirm(page, 'Move to RADIUS');
  await expect(page.getByRole('heading', { name: 'Waves so far' })).toBeVisible({ timeout: 60_000 });
  await expect(state(page, 'Moved')).toBeVisible({ timeout: 150_000 });
  await expect(page.getByRole('row', { name: /^Test/ })).toContainText('Over');

  await page.goto(`${router}/sessions`);
  await expect(page.locator('tbody tr')).toHaveCount(8);

  await page.goto(`${router}/migrate`);
  await awake(page);
  await pressAndConfirm(page, 'Make everything as it was');
  await expect(state(page, 'As it was')).toBeVisible({ timeout: 90_000 });
});
