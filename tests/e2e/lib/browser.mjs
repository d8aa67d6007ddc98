import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Debian's Chromium, and pages that remember what went wrong in them. */

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where pictures of the views are left. */
export const PICTURES = fileURLToPath(new URL('../../../artifacts/e2e', import.meta.url));

export const SIZES = { phone: { width: 390, height: 844 }, tablet: { width: 820, height: 1180 }, desktop: { width: 1440, height: 900 } };

let browser = null;

async function launch() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-software-rasterizer'],
  });
  return browser;
}

export async function closeBrowser() {
  await browser?.close();
  browser = null;
}

/**
 * Opens the page in a browser of its own.
 * @param {Device} device
 * @param {{size?: object, theme?: 'light'|'dark', touch?: boolean, accessibility?: boolean, path?: string, prepare?: Function}} options `accessibility`: the
 * check's script may be run, past the page's own policy; `prepare` is called with the page before it is loaded
 */
export async function openPage(
  device,
  { size = SIZES.desktop, theme = 'light', touch = false, accessibility = false, path = '', prepare = async () => {} } = {},
) {
  const context = await (
    await launch()
  ).newContext({
    viewport: size,
    colorScheme: theme,
    reducedMotion: 'reduce',
    hasTouch: touch,
    bypassCSP: accessibility,
    acceptDownloads: true,
    // The device makes its certificate itself.
    ignoreHTTPSErrors: true,
  });
  return openWindow(device, context, path, prepare);
}

/** Opens the page in another window of a browser. */
export async function openWindow(device, context, path = '', prepare = async () => {}) {
  const page = await context.newPage();
  // Long, for machines that do something else besides; nothing waits for longer than it takes.
  page.setDefaultTimeout(60_000);
  page.problems = [];
  page.foreign = [];
  page.on('pageerror', (error) => page.problems.push(`error in the page: ${error.stack}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${device.address}/`) && !/^(blob|data):/.test(request.url())) page.foreign.push(request.url());
  });
  await prepare(page);
  await page.goto(`${device.address}/${path}`);
  return page;
}

/** Closes a page and fails when something went wrong in it that the test does not expect. */
export async function closePage(page, expected = null) {
  const problems = page.problems.filter((problem) => !expected?.test(problem));
  await page.context().close();
  assert.deepEqual(problems, [], 'what went wrong in the page');
  assert.deepEqual(page.foreign, [], 'requests to other machines');
}

/** Checks a page by axe-core's rules; the page has to be opened with `accessibility`. */
export async function violations(page) {
  await page.evaluate(AXE);
  const results = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return results.violations.map(
    (violation) =>
      `${violation.id}: ${violation.help} (${violation.nodes
        .map((node) => node.target.join(' '))
        .slice(0, 4)
        .join('; ')})`,
  );
}

/** Waits until the moving picture is there. */
export const picture = (page) =>
  page.waitForFunction(() => {
    const image = document.querySelector('.picture-image');
    return image && image.naturalWidth > 0 && image.closest('.picture').dataset.live === 'true';
  });

/** Text of the status message that says what has just happened. */
export const toast = (page) => page.locator('.toast').last();
