import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, picture, violations } from './lib/browser.mjs';
import { Device, freePort, pictures, until } from './lib/device.mjs';

const PASSWORD = 'seven grey herons';

let device;
let broker;
let brokerPort;

before(async () => {
  device = await Device.start({ Gpio: { Simulated: true } });
  brokerPort = await freePort();
  const config = path.join(device.folder, 'mosquitto.conf');
  fs.writeFileSync(config, `listener ${brokerPort} 127.0.0.1\nallow_anonymous true\n`);
  broker = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: 'ignore' });
});
after(async () => {
  await closeBrowser();
  await device?.end();
  broker?.kill();
});

const next = (page) => page.getByRole('button', { name: 'Continue' }).click();
const step = (page, title) => page.getByRole('heading', { level: 1, name: title }).waitFor();
const preview = (page) => page.waitForFunction(() => document.querySelector('.setup-picture img')?.naturalWidth > 0);

test('a device that knows nothing is led to one that watches', async () => {
  const page = await openPage(device);
  await step(page, 'Choose the camera');
  assert.ok(await page.getByRole('button', { name: 'Continue' }).isDisabled(), 'there is no way on without a camera');
  await page.getByText('Another camera').click();
  await page.getByRole('textbox', { name: 'Address' }).fill('images:/nonexistent');
  await next(page);
  await page.locator('.note.bad').waitFor();
  await page.getByRole('textbox', { name: 'Address' }).fill(pictures('pictures/astronaut.jpg'));
  await page.getByRole('button', { name: 'Show its picture' }).click();
  await preview(page);
  await next(page);

  await step(page, 'Aim the camera');
  await preview(page);
  await next(page);

  await step(page, 'Draw a zone');
  await page.getByRole('button', { name: 'Add zone' }).click();
  await page.getByLabel('Name').fill('door');
  await page.getByLabel('A person is inside when this point is').selectOption('Centre');
  await next(page);

  await step(page, 'Choose a pin');
  await page.getByLabel('Pin', { exact: true }).fill('17');
  await page.getByRole('button', { name: 'Blink it' }).click();
  await page
    .locator('.note.good')
    .getByText(/has blinked 3 times/)
    .waitFor();
  await next(page);

  await step(page, 'Enter the broker');
  await page.getByLabel('Host').fill('127.0.0.1');
  await page.getByLabel('Port').fill('1');
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.locator('.note.bad').waitFor();
  await page.getByLabel('Port').fill(String(brokerPort));
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.locator('.note.good').waitFor();
  await next(page);

  await step(page, 'Set a password');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat the password').fill(PASSWORD);
  await next(page);

  await step(page, 'Save and start');
  assert.equal(device.config.Camera, undefined, 'nothing is written before the end');
  await page.getByRole('button', { name: 'Save and start' }).click();
  // The restart ends the session with everything else in memory.
  await page.getByLabel('Password').or(page.locator('.hero')).first().waitFor({ timeout: 120_000 });
  if (await page.getByRole('button', { name: 'Sign in' }).isVisible()) {
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await picture(page);
  await page.getByText('Occupied', { exact: true }).waitFor();
  await until('the broker is connected', async () => (await page.locator('[data-part="mqtt"] dd').textContent()).startsWith('Connected'));

  const { Camera, Gpio, Mqtt, Presence } = device.config;
  assert.equal(Camera.Source, pictures('pictures/astronaut.jpg'));
  assert.equal(Gpio.Outputs[0].Pin, '17');
  assert.equal(Gpio.Simulated, true);
  assert.equal(Mqtt.Port, brokerPort);
  assert.equal(Presence.Zones[0].Name, 'door');
  await closePage(page, /Failed to load resource|ERR_/);
});

test('the first run can be done without a mouse and is accessible', async () => {
  const fresh = await Device.start({});
  try {
    const page = await openPage(fresh, { accessibility: true });
    await step(page, 'Choose the camera');
    await page.getByRole('radio', { name: /Another camera/ }).focus();
    await page.keyboard.press('Space');
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Tab');
    await page.keyboard.type(pictures('demo'));
    await page.getByRole('button', { name: 'Continue' }).focus();
    await page.keyboard.press('Enter');
    for (const title of ['Aim the camera', 'Draw a zone', 'Choose a pin', 'Enter the broker', 'Set a password']) {
      await step(page, title);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), title, 'the focus is on the heading of the step');
      assert.deepEqual(await violations(page), [], title);
      await page
        .getByRole('button', { name: /^(Skip|No pin|No broker|No password|Continue)$/ })
        .first()
        .focus();
      await page.keyboard.press('Enter');
    }
    await step(page, 'Save and start');
    assert.deepEqual(await violations(page), []);
    await closePage(page);
  } finally {
    await fresh.end();
  }
});
