// Every route, at desk and phone width, asked for directly and reached by navigation: no complaint in the console, no
// sideways scroll, the same text both ways, nothing that axe objects to. routes.json is kept equal to the program's
// own list by a test of the server.
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { awake, desk, expect, phone, signedIn, site, test, watch } from './site';

/** `then` is what follows the address of the link: a page that hangs on the one the link opens. */
type Route = { role: string; from?: string; link?: string; then?: string };
const routes: Record<string, Route> = JSON.parse(readFileSync(new URL('../routes.json', import.meta.url), 'utf8'));
const extra: [string, Route][] = [
  ['/', { role: 'customer' }],
  ['/', { role: 'developer' }],
  ['/', { role: 'staff' }],
  ['/customers?state=suspended&q=a&page=2&size=25&sort=-name', { role: 'admin' }],
  ['/customers?q=nobody-is-called-this', { role: 'admin' }],
];

// `./dev shots` keeps a picture of each page for people to look at.
const shots = process.env.LASTMILE_SHOTS;

/** What a person reads, without what moves with every second: instants and whatever is marked as moving. */
async function words(page: import('@playwright/test').Page): Promise<string> {
  const text = await page.locator('main').evaluate((main) => {
    const moving = [...main.querySelectorAll<HTMLElement>('time[datetime*="T"], .moment-relative, [data-moving]')];
    const shown = moving.map((element) => element.style.display);
    for (const element of moving) element.style.display = 'none';
    const text = main.innerText;
    moving.forEach((element, n) => (element.style.display = shown[n]));
    return text;
  });
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The page behind a link says what the page asked for directly says. The demo's network goes on meanwhile, so texts that
 * differ are both read again: what moved in between agrees at the second or third look, what is drawn otherwise never does.
 */
async function reachedByALink(page: import('@playwright/test').Page, origin: string, target: string, direct: string) {
  for (let look = 1; ; look += 1) {
    // From the lightest page that everybody has.
    await page.goto(origin + (target === '/account' ? '/' : '/account'));
    await awake(page);
    await page.evaluate((href) => {
      const link = Object.assign(document.createElement('a'), { href, textContent: 'go' });
      document.querySelector('main')!.append(link);
      link.click();
      link.remove();
    }, target);
    await page.waitForURL(origin + target);
    try {
      await expect.poll(() => words(page), { message: 'the same words after navigation', timeout: 5_000 }).toBe(direct);
      return;
    } catch (difference) {
      if (look === 3) throw difference;
    }
    await page.goto(origin + target);
    await awake(page);
    direct = await words(page);
  }
}

/** Where a route is to be found: by a link on another page, which may have to be found the same way. */
async function address(page: import('@playwright/test').Page, origin: string, route: string, { from, link, then }: Route): Promise<string> {
  if (!from || !link) return route;
  const at = routes[from] ? await address(page, origin, from, routes[from]) : from;
  await page.goto(origin + at);
  const href = await page.locator(link).first().getAttribute('href');
  expect(href, `a link to ${route} on ${at}`).toBeTruthy();
  return href! + (then ?? '');
}

test.describe.configure({ mode: 'parallel' });

for (const [route, { role, from, link, then }] of [...Object.entries(routes), ...extra]) {
  for (const [name, viewport] of [['desk', desk], ['phone', phone]] as const) {
    test(`${route} as ${role || 'nobody'} on a ${name}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      const complaints = watch(page);
      const origin = site(role || 'admin');
      if (role) await signedIn(page, role);
      const target = await address(page, origin, route, { role, from, link, then });
      const answer = await page.goto(origin + target);
      expect(answer?.status()).toBe(200);
      await awake(page);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(sideways, 'sideways scroll').toBeLessThanOrEqual(0);
      const direct = await words(page);
      expect(direct.length, 'an empty page').toBeGreaterThan(10);
      if (shots) await page.screenshot({ path: `${shots}/${role || 'nobody'}${target.replace(/\W+/g, '-')}-${name}.png`, fullPage: true });

      const axe = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      expect(axe.violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);

      if (role && route !== '/' && !target.startsWith('/imports/')) await reachedByALink(page, origin, target, direct);
      expect(complaints).toEqual([]);
    });
  }
}
