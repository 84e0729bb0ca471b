// Who is online, while it happens: a session appears and goes without anybody reloading, because the server tells the page.
import { awake, expect, ready, report, signedIn, site, test, watch } from './site';

test('a session appears when a router reports it', async ({ page }) => {
  const complaints = watch(page);
  const isp = 'padma';
  const { username } = ready.subscribers.find((known) => known.isp === isp && known.state === 'suspended')!;
  const octet = () => 1 + Math.floor(Math.random() * 250);
  const [session, address] = [`live-${Date.now()}`, `10.203.${octet()}.${octet()}`];
  await signedIn(page, 'admin');
  const stream = page.waitForResponse((answer) => answer.url().endsWith('/radius/online/events'));
  await page.goto(`${site('admin')}/radius/online?q=${encodeURIComponent(username)}`);
  await awake(page);
  expect((await stream).status()).toBe(200);
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
  // The first look by itself is over: what comes within three seconds now was told.
  await page.waitForTimeout(5_500);
  const row = page.locator('main tbody tr', { hasText: address });
  await expect(row).toHaveCount(0);
  report(isp, username, session, address, 'Start');
  await expect(row).toHaveCount(1, { timeout: 3_000 });
  report(isp, username, session, address, 'Stop');
  await expect(row).toHaveCount(0, { timeout: 4_000 });
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
  expect(complaints).toEqual([]);
});
