import { defineConfig } from '@playwright/test';

const emulator = process.env.EPPO_EMULATOR_URL ?? 'http://127.0.0.1:8378';
const port = process.env.PORT ?? 4173;

export default defineConfig({
  fullyParallel: true,
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    // Another Chromium than the one that `npx playwright install chromium` brings.
    launchOptions: { executablePath: process.env.CHROMIUM },
  },
  webServer: [
    { command: 'eppo-emulator serve', url: `${emulator}/health`, reuseExistingServer: true },
    { command: `python3 -m http.server ${port} --bind 127.0.0.1`, port, stderr: 'ignore' },
  ],
});
