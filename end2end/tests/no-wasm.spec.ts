// Without JavaScript: sign in, look for a subscriber, take his payment, change the language, sign out.
import { expect, ready, signedIn, site, test } from './site';

test.use({ javaScriptEnabled: false });

test('the counter works without JavaScript', async ({ page }) => {
  await signedIn(page, 'admin');
  await page.goto(`${site('admin')}/customers?money=due`);
  const owing = page.locator('tbody a[href^="/customers/"]').first();
  const name = (await owing.innerText()).trim();
  await owing.click();
  await expect(page.locator('h1')).toContainText(name);
  await page.locator('main a[href^="/payments/new?customer="]').first().click();
  await page.fill('input[name=amount]', '10');
  await page.locator('form[action*="take"] button[type=submit], form:has(input[name=amount]) button[type=submit]').first().click();
  await expect(page).toHaveURL(/\/payments\/[0-9a-f-]+/);
  await expect(page.locator('main')).toContainText('RCT-');
});

test('a wrong password is answered in words, and what was typed stays', async ({ page }) => {
  await page.goto(`${site('admin')}/sign-in`);
  await page.fill('input[name=login]', 'nobody@example.com');
  await page.fill('input[name=password]', 'wrong-password');
  await page.locator('button[type=submit]').last().click();
  await expect(page.locator('input[name=login]')).toHaveValue('nobody@example.com');
  await expect(page.locator('main')).not.toContainText('problem-sign-in');
  await expect(page.locator('[role=alert], .alert').first()).toBeVisible();
});

test('a subscriber reads his bill without JavaScript', async ({ page }) => {
  await signedIn(page, 'customer');
  await page.goto(`${site('customer')}/my/invoices`);
  await page.locator('a[href^="/my/invoices/"]').first().click();
  await expect(page.locator('main')).toContainText('INV-');
  expect(ready.logins.customer.login).toBe('rahim');
});
