// Who is online, while it happens: a session appears and goes without anybody reloading, because the server tells the page.
import { awake, expect, ready, report, signedIn, site, test, watch } from './site';

test('a session appears when a router reports it', async ({ page }) => {
  const complaints = watch(page);
  const isp = ready.nas[0].isp;
  const { username } = ready.subscribers.find((known) => known.isp === isp && known.state === 'active')!;
  const session = `live-${Date.now()}`;
  await signedIn(page, 'admin');
  const stream = page.waitForResponse((answer) => answer.url().endsWith('/radius/online/events'));
  await page.goto(`${site('admin')}/radius/online?q=${encodeURIComponent(username)}`);
  await awake(page);
  expect((await stream).status()).toBe(200);
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
  // The first look by itself is over: what comes within three seconds now was told.
  await page.waitForTimeout(5_500);
  const rows = page.locator('main tbody tr', { has: page.locator('td', { hasText: username }) });
  const before = await rows.count();
  report(isp, username, session, 'Start');
  await expect(rows).toHaveCount(before + 1, { timeout: 3_000 });
  report(isp, username, session, 'Stop');
  await expect(rows).toHaveCount(before, { timeout: 4_000 });
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
  expect(complaints).toEqual([]);
});
