// What every journey needs: the running server, signing in, and a page that fails the test when anything goes wrong
// in it that a person would not see.
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

type Login = { host: string; login: string; password: string };
type Ready = {
  url: string;
  radius_auth: string;
  radius_acct: string;
  logins: Record<string, Login>;
  nas: { isp: string; address: string; secret: string }[];
  subscribers: { isp: string; username: string; password: string; state: string; expect: string }[];
};

const path = process.env.LASTMILE_READY;
if (!path) throw new Error('LASTMILE_READY names the ready.json of a running server; ./dev test e2e sets it');
export const ready: Ready = JSON.parse(readFileSync(path, 'utf8'));

export const phone = { width: 390, height: 844 };
export const desk = { width: 1440, height: 900 };

/** The address of a role's site. */
export function site(role: string): string {
  const url = new URL(ready.url);
  url.hostname = ready.logins[role].host;
  return url.origin;
}

/** Collects what a page complains about: console errors, exceptions, requests that failed. */
export function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that is left stops what it was loading.
    if (!reason.includes('ERR_ABORTED')) complaints.push(`${request.url()}: ${reason}`);
  });
  return complaints;
}

/** The page has woken. */
export async function awake(page: Page) {
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
}

const states = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>();

/** Signs a role in by the form, once for all tests of this run. */
export async function signedIn(page: Page, role: string) {
  const known = states.get(role);
  if (known) {
    await page.context().addCookies(known.cookies);
    return;
  }
  const { login, password } = ready.logins[role];
  await page.goto(`${site(role)}/sign-in`);
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  states.set(role, await page.context().storageState());
}

/** Asks the product's RADIUS with a client that is not ours. */
export function radclient(isp: string, username: string, password: string): string {
  const nas = ready.nas.find((known) => known.isp === isp)!;
  const request = `User-Name="${username}"\nUser-Password="${password}"\nPacket-Src-IP-Address=${nas.address}\nMessage-Authenticator=0x00\n`;
  try {
    return execFileSync('radclient', ['-x', '-r', '2', '-t', '2', ready.radius_auth, 'auth', nas.secret], { input: request, encoding: 'utf8' });
  } catch (refused) {
    // radclient ends with 1 on a reject; what it printed is the answer.
    return String((refused as { stdout?: string }).stdout ?? '');
  }
}

/** Reports a session of a subscriber as a router does; fails when nobody acknowledges it. */
export function report(isp: string, username: string, session: string, address: string, status: 'Start' | 'Stop') {
  const nas = ready.nas.find((known) => known.isp === isp)!;
  const request = `Acct-Status-Type=${status}\nUser-Name="${username}"\nAcct-Session-Id="${session}"\nFramed-IP-Address=${address}\nAcct-Session-Time=1\nPacket-Src-IP-Address=${nas.address}\n`;
  execFileSync('radclient', ['-x', '-r', '2', '-t', '2', ready.radius_acct, 'acct', nas.secret], { input: request, encoding: 'utf8' });
}

export const test = base;
export { expect };
