import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, pictures, REPOSITORY, until } from './lib/device.mjs';

/** The coprocessor's firmware as a process, on a pseudo-terminal; tests/e2e/run.sh builds it. */
const FIRMWARE = process.env.RNNPOOL_EDGE_FIRMWARE ?? path.join(REPOSITORY, 'artifacts/firmware-host-face-qvga/boards/rnnp-firmware');
const MODEL = path.join(REPOSITORY, 'models/face-qvga');

let device;
let firmware;
let folder;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rnnpool-edge-e2e-mcu-'));
  const line = path.join(folder, 'tty');
  firmware = spawn(FIRMWARE, ['--model', path.join(MODEL, 'model.rnnp'), '--store', path.join(folder, 'slots'), '--pty', line], {
    stdio: 'ignore',
  });
  await until('the firmware is there', () => fs.existsSync(line));
  device = await Device.start({ Camera: { Source: pictures('demo') }, Coprocessor: { Endpoint: `serial://${line}?baud=921600` } });
  await until('the coprocessor is in use', async () => (await device.get('api/state')).body.coprocessor?.inUse);
});
after(async () => {
  await closeBrowser();
  await device?.end();
  firmware?.kill();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const zone = (page, title) => page.locator(`.drop[data-title="${title}"]`);

test('versions of models and firmware are shown', async () => {
  const page = await openPage(device, { path: '#/models' });
  await page.locator('.model[data-name="face-qvga"]').getByText('in use').waitFor();
  const board = (await device.get('api/firmware')).body.coprocessor;
  await page.getByRole('definition').filter({ hasText: board.firmware }).first().waitFor();
  await page.getByRole('definition').filter({ hasText: board.build }).first().waitFor();
  await closePage(page);
});

test('a package is sent to the coprocessor, with progress', async () => {
  const page = await openPage(device, { path: '#/models' });
  const place = zone(page, 'Send the model again');
  await place.waitFor();
  await page.evaluate(() => {
    const bar = document.querySelector('.drop[data-title="Send the model again"] progress');
    globalThis.seen = [];
    new MutationObserver(() => globalThis.seen.push(bar.value)).observe(bar, { attributes: true });
    const text = document.querySelector('.drop[data-title="Send the model again"] [role="status"]');
    globalThis.said = [];
    new MutationObserver(() => globalThis.said.push(text.textContent)).observe(text, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  await place.locator('input[type="file"]').setInputFiles(path.join(MODEL, 'model.rnnp'));
  await place.getByText('The coprocessor runs the model now.').waitFor({ timeout: 120_000 });
  const percents = (await page.evaluate(() => globalThis.said))
    .map((text) => /(\d+) %$/.exec(text)?.[1])
    .filter(Boolean)
    .map(Number);
  assert.ok(percents.length >= 2, `progress was shown: ${percents}`);
  assert.ok(
    percents.every((percent, i) => i === 0 || percent >= percents[i - 1]),
    `it only grows: ${percents}`,
  );
  await closePage(page);
});

test('what is no package is refused with a sentence', async () => {
  const page = await openPage(device, { path: '#/models' });
  const wrong = path.join(folder, 'wrong.rnnp');
  fs.writeFileSync(wrong, 'This is not a model.');
  const place = zone(page, 'Send the model again');
  await place.locator('input[type="file"]').setInputFiles(wrong);
  await place.locator('.fault').waitFor();
  assert.match(await place.locator('.fault').textContent(), /\.$/);
  await closePage(page, /400/);
});

test('a model is added, and used from then on', async () => {
  const archive = path.join(folder, 'My faces.zip');
  execFileSync('python3', [
    '-m',
    'zipfile',
    '-c',
    archive,
    path.join(MODEL, 'arch.json'),
    path.join(MODEL, 'model.onnx'),
    path.join(MODEL, 'model.rnnp'),
  ]);
  const page = await openPage(device, { path: '#/models' });
  const place = zone(page, 'Add a model');
  await place.locator('input[type="file"]').setInputFiles(archive);
  const model = page.locator('.model[data-name="my-faces"]');
  await model.getByText('uploaded').waitFor({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Use my-faces' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Use it' }).click();
  await model.getByText('in use').waitFor({ timeout: 120_000 });
  assert.match(device.config.Model.Path, /models\/my-faces$/);
  await closePage(page, /Failed to load resource|ERR_/);
});
