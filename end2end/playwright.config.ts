// Journeys of people through a running server, in Debian's Chromium. LASTMILE_READY names the server's ready.json.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './tests',
  outputDir: './results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // One browser for each core. Within a file in order, but for the pages, which have nothing to do with each other.
  fullyParallel: false,
  workers: 2,
  retries: 0,
  reporter: [['line']],
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.LASTMILE_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Asia/Dhaka',
  },
});
