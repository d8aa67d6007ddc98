import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, picture, SIZES, violations } from './lib/browser.mjs';
import { Device, pictures, REPOSITORY, until } from './lib/device.mjs';

/** Every view at three sizes and in both themes: pictures for people to look at, and what a program can judge of them. */
const FOLDER = path.join(REPOSITORY, 'artifacts/e2e');
const VIEWS = ['live', 'events', 'charts', 'zones', 'settings', 'models', 'system', 'access'];

/** Each size in one theme at least, and each theme at two sizes: colours differ by theme, layout by size. */
const LOOKS = [
  ['phone', 'light'],
  ['tablet', 'dark'],
  ['desktop', 'light'],
  ['desktop', 'dark'],
];

let device;

before(async () => {
  fs.mkdirSync(FOLDER, { recursive: true });
  device = await Device.start({
    Camera: { Source: pictures('demo/frame-01*.jpg'), Name: 'Front door' },
    Gpio: { Simulated: true, Outputs: [{ Pin: '17' }] },
    Presence: { Zones: [{ Name: 'porch', Polygon: '0.1,0.08 0.62,0.05 0.66,0.72 0.08,0.78', Anchor: 'Centre' }] },
    Motion: { Masks: ['0.72,0 1,0 1,0.26 0.72,0.26'] },
  });
  await until('somebody is there', async () => (await device.get('api/state')).body.occupied);
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

for (const [name, theme] of LOOKS) {
  test(`every view fits a ${name} and is accessible, ${theme}`, async () => {
    const page = await openPage(device, { size: SIZES[name], theme, accessibility: true, touch: name !== 'desktop' });
    const faults = [];
    for (const view of name === 'phone' ? [...VIEWS, 'more'] : VIEWS) {
      await page.goto(`${device.address}/#/${view}`);
      await page.locator(`.view-${view}`).waitFor();
      await page.getByText('Loading…').first().waitFor({ state: 'hidden' });
      if (view === 'live' || view === 'zones') await picture(page);
      await page.screenshot({ path: path.join(FOLDER, `${view}-${name}-${theme}.png`) });
      faults.push(...(await violations(page)).map((violation) => `${view}: ${violation}`));
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (beyond > 0) faults.push(`${view}: ${beyond} pixels wider than the screen`);
    }
    assert.deepEqual(faults, []);
    await closePage(page);
  });
}

test('the theme can be chosen, and is kept', async () => {
  const page = await openPage(device, { theme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.locator('.hero').waitFor();
  assert.notEqual(await ground(), light);
  await closePage(page);
});

test('the theme follows the system from the first paint on, and while the page is open', async () => {
  const page = await openPage(device, { theme: 'dark' });
  await page.locator('.hero').waitFor();
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await ground();
  assert.equal(await theme(), 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  assert.notEqual(await ground(), dark);
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await theme(), 'dark', 'a choice stays');
  // Scripts run after the first paint would be too late: the one in the head has set it when the body begins.
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.body && !window.themeAtBody) window.themeAtBody = document.documentElement.dataset.theme ?? 'none';
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await page.waitForFunction(() => window.themeAtBody);
  assert.equal(await page.evaluate(() => window.themeAtBody), 'dark');
  await closePage(page);
});

test('the keyboard reaches everything in order', async () => {
  const page = await openPage(device);
  await page.locator('.hero').waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.getByRole('link', { name: 'Events', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Events', 'the focus follows to the heading');
  await closePage(page);
});
