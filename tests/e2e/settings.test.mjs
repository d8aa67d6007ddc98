import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

let device;

before(async () => {
  device = await Device.start({ Camera: { Source: pictures('demo') }, Presence: { HistoryLength: 5 } });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

const setting = (page, key) => page.locator(`.setting[data-key="${key}"]`);
const entry = (page, key) => setting(page, key).locator('input, select');
const save = (page) => page.getByRole('button', { name: 'Save', exact: true });

test('settings are changed, in force, and still there after a restart', async () => {
  const page = await openPage(device, { path: '#/settings' });
  const delay = entry(page, 'Presence:OffDelay');
  await delay.waitFor();
  assert.equal(await delay.inputValue(), '3 s');
  await delay.fill('1 min 5 s');
  await entry(page, 'Presence:EnterThreshold').fill('0.7');
  await page.getByText('2 changes not saved.').waitFor();
  await save(page).click();
  await page.getByText('Saved. The change applies now.').waitFor();
  assert.equal(device.config.Presence.EnterThreshold, 0.7);
  assert.equal(device.config.Presence.HistoryLength, 5, 'what was in the file is still there');
  await device.restart();
  await page.reload();
  await delay.waitFor();
  assert.equal(await delay.inputValue(), '1 min 5 s');
  assert.equal(await entry(page, 'Presence:EnterThreshold').inputValue(), '0.7');
  assert.equal((await device.get('api/state')).body.detection.enterThreshold, 0.7);
  await closePage(page, /Failed to load resource|ERR_/);
});

test('what is wrong is said where it is wrong, and nothing is written', async () => {
  const page = await openPage(device, { path: '#/settings' });
  await entry(page, 'Presence:HistoryLength').fill('many');
  await setting(page, 'Presence:HistoryLength').getByText('Enter a whole number from 1 to 99.').waitFor();
  await entry(page, 'Presence:OffDelay').fill('soon');
  await setting(page, 'Presence:OffDelay').getByText('Enter a duration such as 3 s').waitFor();
  await save(page).click();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-invalid')), 'true');
  await page.getByRole('button', { name: 'Discard' }).click();
  // What only the device can judge: the leave threshold may not be above the enter threshold.
  await entry(page, 'Presence:LeaveThreshold').fill('0.95');
  await save(page).click();
  await setting(page, 'Presence:LeaveThreshold').locator('.fault').waitFor();
  assert.match(await setting(page, 'Presence:LeaveThreshold').locator('.fault').textContent(), /LeaveThreshold/);
  assert.equal(device.config.Presence.LeaveThreshold, undefined);
  await closePage(page, /400/);
});

test('rotation and crop are chosen on a picture of the camera, and the live picture follows', async () => {
  const page = await openPage(device, { path: '#/settings' });
  const canvas = page.locator('.picture-choice-canvas');
  await page.getByText('Draw a rectangle to use only that part').waitFor();
  await canvas.scrollIntoViewIfNeeded();
  const upright = await canvas.boundingBox();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  assert.equal(await entry(page, 'Camera:Rotation').inputValue(), '90');
  await page.waitForFunction(() => {
    const { width, height } = document.querySelector('.picture-choice-canvas');
    return height > width;
  });
  assert.ok(upright.height < upright.width);
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.1);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.35, { steps: 3 });
  await page.mouse.up();
  const crop = (await entry(page, 'Camera:Crop').inputValue()).split(' ').map(Number);
  for (const [i, expected] of [0.2, 0.1, 0.5, 0.25].entries()) assert.ok(Math.abs(crop[i] - expected) < 0.02, `${crop}`);
  await page.screenshot({ path: 'artifacts/e2e/picture-choice.png' });
  await save(page).click();
  await page.getByText('Saved. Some changes apply after a restart.').waitFor();
  await device.restart();
  await page.reload();
  await page.getByText('Draw a rectangle to use only that part').waitFor();
  const camera = (await device.get('api/state')).body.camera;
  assert.ok(Math.abs(camera.width / camera.height - (0.5 * 300) / (0.25 * 400)) < 0.1, `${camera.width}x${camera.height}`);
  for (const key of ['Camera:Rotation', 'Camera:Crop']) await setting(page, key).getByRole('button', { name: 'Back to the default' }).click();
  await save(page).click();
  await page.getByText('Saved. Some changes apply after a restart.').waitFor();
  assert.equal(device.config.Camera.Rotation, undefined);
  await device.restart();
  await closePage(page, /Failed to load resource|ERR_/);
});

test('a setting goes back to its default, and one can be found by a word', async () => {
  const page = await openPage(device, { path: '#/settings' });
  await page.getByLabel('Find a setting').fill('off delay');
  await entry(page, 'Presence:OffDelay').waitFor();
  await entry(page, 'Presence:EnterThreshold').waitFor({ state: 'hidden' });
  await setting(page, 'Presence:OffDelay').getByRole('button', { name: 'Back to the default' }).click();
  assert.equal(await entry(page, 'Presence:OffDelay').inputValue(), '3 s');
  await save(page).click();
  await page.getByText('Saved. The change applies now.').waitFor();
  assert.equal(device.config.Presence.OffDelay, undefined);
  await closePage(page);
});

test('a page that was open over a restart of the device can change it', async () => {
  const page = await openPage(device);
  const box = page.getByRole('switch', { name: 'Detection' });
  await until('detection is on', () => box.isChecked());
  await device.restart();
  await until('the device answers again', async () => (await page.getByText('The device does not answer.').count()) === 0);
  const refused = page.waitForResponse((response) => response.url().endsWith('/api/control') && response.status() === 403);
  await page.locator('label.switch', { hasText: 'Detection' }).click();
  await refused;
  await until('detection is off', async () => (await device.get('api/state')).body.detection.enabled === false);
  assert.equal(await box.isChecked(), false);
  await page.locator('label.switch', { hasText: 'Detection' }).click();
  await until('detection is on again', async () => (await device.get('api/state')).body.detection.enabled === true);
  // The browser reports the lost connections and the refusal.
  page.problems.length = 0;
  await closePage(page);
});

test('a switch that failed goes back', async () => {
  const page = await openPage(device);
  const box = page.getByRole('switch', { name: 'Detection' });
  await until('detection is on', () => box.isChecked());
  await page.route('**/api/control', (route) => route.abort());
  await page.locator('label.switch', { hasText: 'Detection' }).click();
  await page.locator('.toast').waitFor();
  assert.equal(await box.isChecked(), true);
  page.problems.length = 0;
  await closePage(page);
});

test('the log, the diagnostics file and a restart', async () => {
  const page = await openPage(device, { path: '#/system' });
  await page.locator('.log-line').filter({ hasText: 'delivers 400x300' }).first().waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download diagnostics' }).click();
  assert.match((await download).suggestedFilename(), /\.zip$/);
  await page.getByRole('button', { name: 'Restart' }).click();
  const { startTime } = (await device.get('api/state')).body;
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await page.getByText('The device is back.').waitFor({ timeout: 120_000 });
  assert.notEqual((await device.get('api/state')).body.startTime, startTime);
  await closePage(page, /Failed to load resource|ERR_/);
});
