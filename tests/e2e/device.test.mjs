import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, PICTURES, SIZES, violations } from './lib/browser.mjs';
import { Device, freePort, pictures } from './lib/device.mjs';

const PASSWORD = 'seven grey herons';

let device;
let networkPort;

before(async () => {
  networkPort = await freePort();
  fs.mkdirSync(PICTURES, { recursive: true });
  device = await Device.start({
    Camera: { Source: pictures('demo') },
    Gpio: { Simulated: true, Outputs: [{ Pin: '17' }] },
    Web: { NetworkPort: networkPort },
  });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

async function screenshots(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await page.screenshot({ path: path.join(PICTURES, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(SIZES.desktop);
}

test('name, model and pins are changed without writing settings by hand', async () => {
  const page = await openPage(device, { path: '#/device', accessibility: true });
  await page.getByRole('group', { name: 'Output 1' }).waitFor();
  await page.waitForFunction(() => document.querySelector('.setup-picture img')?.naturalWidth > 0);
  assert.deepEqual(await violations(page), []);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Back door');
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.getByText(/Saved and waiting for a restart: name/).waitFor();
  await page.getByRole('radio', { name: /Persons \(person-vww\)/ }).check();
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText(/waiting for a restart: name, Persons/).waitFor();

  await page.getByRole('button', { name: 'Add an output' }).click();
  const second = page.getByRole('group', { name: 'Output 2' });
  await page.getByRole('button', { name: 'Save the pins' }).click();
  await second.getByText('Enter a pin, or remove this one.').waitFor();
  await second.getByLabel('Pin', { exact: true }).fill('22');
  await second.getByLabel('On when').selectOption('error');
  await second.getByLabel('How').selectOption('Blink');
  await second.getByRole('button', { name: 'Blink it' }).click();
  await page.locator('.note.good').getByText(/has blinked 3 times/).waitFor();
  await page.getByRole('button', { name: 'Add an input' }).click();
  await page.getByRole('group', { name: 'Input 1' }).getByLabel('Pin', { exact: true }).fill('27');
  await page.getByRole('button', { name: 'Save the pins' }).click();
  await page.getByText(/waiting for a restart: name, Persons.*, pins/).waitFor();
  await screenshots(page, 'device');

  const { Device: names, Gpio, Model } = device.config;
  assert.equal(names.Name, 'Back door');
  assert.match(Model.Path, /person-vww$/);
  assert.deepEqual(
    Gpio.Outputs.map((output) => [output.Pin, output.Source, output.Pattern]),
    [
      ['17', undefined, undefined],
      ['22', 'error', 'Blink'],
    ],
  );
  assert.equal(Gpio.Inputs[0].Pin, '27');
  await page.getByRole('button', { name: 'Restart now' }).click();
  await page.getByText('The device is back.').waitFor({ timeout: 120_000 });
  assert.deepEqual((await device.get('api/state')).body.engine.labels, ['person']);
  await closePage(page, /Failed to load resource|ERR_|WebSocket connection/);
});

test('the camera is changed by a picture of it', async () => {
  const page = await openPage(device, { path: '#/device' });
  await page.getByRole('button', { name: 'Change the camera' }).click();
  await page.getByRole('textbox', { name: 'Address' }).fill('images:/nonexistent');
  await page.getByRole('button', { name: 'Use this camera' }).click();
  await page.locator('.note.bad').waitFor();
  await page.getByRole('textbox', { name: 'Address' }).fill(pictures('pictures/astronaut.jpg'));
  await page.getByRole('button', { name: 'Show its picture' }).click();
  await page.waitForFunction(() => document.querySelector('.setup-picture img')?.naturalWidth > 0);
  await page.getByRole('button', { name: 'Use this camera' }).click();
  await page.getByText(/waiting for a restart: camera/).waitFor();
  assert.equal(device.config.Camera.Source, pictures('pictures/astronaut.jpg'));
  await closePage(page, /503/);
});

test('the network is opened by a switch once a password is set', async () => {
  const page = await openPage(device, { path: '#/access', accessibility: true });
  const reachable = page.getByLabel('Reachable in my network');
  await reachable.check();
  await page.getByText('Set a password first.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save and restart' }).isDisabled());
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat the new password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('A password protects this device.').waitFor();
  await reachable.check();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Save and restart' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 120_000 });
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.goto(`${device.address}/#/access`);
  await page.locator('.fingerprint').waitFor();
  await screenshots(page, 'access');
  const address = await page.locator('.addresses a').first().getAttribute('href');
  assert.match(address, new RegExp(`^https://.+:${networkPort}$`));

  const context = await page.context().browser().newContext({ ignoreHTTPSErrors: true });
  const other = await context.newPage();
  await other.goto(address);
  await other.getByRole('button', { name: 'Sign in' }).waitFor();
  await context.close();
  assert.match(device.log, new RegExp(`https://.+:${networkPort}`), 'the log has the address');
  await closePage(page, /Failed to load resource|ERR_|WebSocket connection/);
});
