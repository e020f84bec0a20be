import { defineConfig } from '@playwright/test';

export default defineConfig({
  // Generous, so that what other programs do on this machine fails no test.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  reporter: 'list',
  projects: [
    { name: 'tests', testDir: 'tests' },
    { name: 'providers', testDir: 'providers' },
    { name: 'screenshots', testDir: 'screenshots' },
  ],
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // What is not on this machine does not exist: a page that needs it fails here.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      ],
    },
  },
});
