import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const findBrowser = (): string | undefined =>
  process.env.CHROMIUM_PATH ||
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

/** A real Chromium without a window, which does nothing on the network by itself. */
export const launchBrowser = async (): Promise<Browser> => {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new Error(
      'This test drives a real browser, and there is none: install Chromium (on Debian: apt-get ' +
        'install chromium), or set CHROMIUM_PATH to one.',
    );
  return chromium.launch({
    executablePath,
    // The first start on a machine has caches to fill, of fonts for one.
    timeout: 100_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });
};
