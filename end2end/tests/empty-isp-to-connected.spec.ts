// The journey that everything hangs on: a list is imported, billed, somebody pays, and a RADIUS client that is not
// ours lets the payer in and keeps the non-payer behind the wall; it ends in the subscriber's own portal.
import { awake, expect, radclient, ready, signedIn, site, test, watch } from './site';

const stamp = Date.now().toString(36);
const list = [
  'Subscriber list of the Mirpur office,,,,,',
  'গ্রাহকের নাম,Mobile No,User ID,Password,Package,Monthly Bill',
  `সালমা খাতুন,01711-${String(Date.now()).slice(-6)},${stamp}-salma,first-secret,Journey 15,৳ 750`,
  `রফিক মিয়া,+880 1811 ${String(Date.now()).slice(-6)},${stamp}-rafiq,second-secret,Journey 15,৳ 750`,
  `Wrong Row,12345,${stamp} with spaces,third-secret,Journey 15,৳ 7.505`,
  ',,,,,',
].join('\n');

test('imported, billed, paid, connected', async ({ page, browser }) => {
  test.setTimeout(120_000);
  const complaints = watch(page);
  const home = site('admin');
  await signedIn(page, 'admin');

  // Import: the wrong row is named, the other two go in.
  await page.goto(`${home}/imports`);
  await awake(page);
  await page.setInputFiles('input[type=file]', { name: `list-${stamp}.csv`, mimeType: 'text/csv', buffer: Buffer.from(list) });
  await page.locator('form:has(input[type=file]) button[type=submit]').click();
  await page.waitForURL(/\/imports\/[0-9a-f-]+/);
  await awake(page);
  const packages = page.locator('input[name="form[create_packages]"]');
  if (!(await packages.isChecked())) await packages.check();
  await page.locator('form:has(input[name="form[create_packages]"]) button[type=submit]').first().click();
  await expect(page.locator('main')).toContainText('Journey 15');
  await expect(page.locator('main')).toContainText(/spaces/i);
  await startImport(page);
  await expect(page.locator(`a[href^="/customers?import="]`).first()).toBeVisible({ timeout: 30_000 });

  // Billing: once for the whole ISP; a second press changes nothing.
  await page.goto(`${home}/billing`);
  await awake(page);
  await pressAndConfirm(page, /run billing/i);
  await page.waitForURL(/\/billing\/runs\//);
  await page.goto(`${home}/customers?q=${stamp}-rafiq`);
  await expect(page.locator('tbody tr')).toHaveCount(1);

  // Both lines are in order until grace is over.
  expect(radclient('padma', `${stamp}-rafiq`, 'second-secret')).toContain('Access-Accept');
  expect(radclient('padma', `${stamp}-rafiq`, 'wrong')).toContain('Access-Reject');
  expect(radclient('meghna', `${stamp}-rafiq`, 'second-secret')).toContain('Access-Reject');

  // The subscriber of the demo who does not pay is behind the wall …
  const unpaid = ready.subscribers.find((known) => known.isp === 'padma' && known.state === 'suspended')!;
  const walled = radclient('padma', unpaid.username, unpaid.password);
  expect(walled).toContain('Access-Accept');
  expect(walled).toContain('Mikrotik-Address-List');

  // … pays everything at the counter, and is in within a moment.
  await page.goto(`${home}/customers?q=${unpaid.username}&state=suspended`);
  const row = page.locator('tbody tr').filter({ has: page.getByText(unpaid.username, { exact: true }) });
  await row.locator('a[href^="/customers/"]').first().click();
  await page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
  await page.locator('a[href^="/payments/new?customer="]').first().click();
  await page.waitForURL(/\/payments\/new\?customer=/);
  await awake(page);
  await expect(page.locator('input[name=amount]')).not.toHaveValue('');
  await page.locator('form:has(input[name=amount]) button[type=submit]').click();
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}/);
  await expect(page.locator('main')).toContainText('RCT-');
  await expect.poll(() => radclient('padma', unpaid.username, unpaid.password), { timeout: 10_000 }).not.toContain('Mikrotik-Address-List');
  expect(radclient('padma', unpaid.username, unpaid.password)).toContain('Mikrotik-Rate-Limit');
  expect(complaints).toEqual([]);

  // The imported subscriber signs in with his line and sees what he owes.
  const context = await browser.newContext();
  const portal = await context.newPage();
  const portalComplaints = watch(portal);
  await portal.goto(`${home}/sign-in`);
  await portal.fill('input[name=login]', `${stamp}-rafiq`);
  await portal.fill('input[name=password]', 'second-secret');
  await portal.press('input[name=password]', 'Enter');
  await portal.waitForURL(`${home}/`);
  await awake(portal);
  await expect(portal.locator('main')).toContainText('Journey 15');
  await expect(portal.locator('main')).toContainText(/৳/);
  expect(portalComplaints).toEqual([]);
  await context.close();
});

/** Presses the button of this name, and the one in the dialog that asks once more. */
async function pressAndConfirm(page: import('@playwright/test').Page, name: RegExp) {
  await page.getByRole('button', { name }).first().click();
  const dialog = page.locator('dialog[open]');
  await expect(dialog).toBeVisible();
  await dialog.locator('button[type=submit]').last().click();
}

async function startImport(page: import('@playwright/test').Page) {
  await pressAndConfirm(page, /^(start|import|add)\b/i);
}
