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
let networkPort;

before(async () => {
  networkPort = await freePort();
  device = await Device.start({ Gpio: { Simulated: true }, Web: { NetworkPort: networkPort } });
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

/** Opens the page as a browser on another machine does: by the address that the device shows. */
async function elsewhere(page, address) {
  const context = await page.context().browser().newContext({ ignoreHTTPSErrors: true });
  const other = await context.newPage();
  await other.goto(address);
  await other.getByLabel('Password').fill(PASSWORD);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await picture(other);
  await context.close();
}

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

  await step(page, 'Choose what to detect');
  await page.getByRole('radio', { name: /Persons \(person-vww\)/ }).check();
  await page.getByRole('radio', { name: /Faces \(face-qvga\)/ }).check();
  await page.getByLabel('Name of this device').fill('Porch');
  await next(page);

  await step(page, 'Draw a zone');
  await page.getByRole('button', { name: 'Add zone' }).click();
  await page.getByLabel('Name').fill('door');
  await page.getByLabel('Least height').fill('5');
  assert.ok(await page.locator('.least-box').isVisible(), 'the least size is shown in the picture');
  await page.reload();
  await step(page, 'Draw a zone');
  assert.equal(await page.getByLabel('Name').inputValue(), 'door', 'a reload keeps the answers');
  assert.equal(await page.getByLabel('Least height').inputValue(), '5');
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

  await step(page, 'Password and network');
  assert.ok(await page.getByLabel('Reachable in my network').isChecked());
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat the password').fill(PASSWORD);
  await page.getByRole('radio', { name: 'Not encrypted (http)' }).check();
  await page.getByText(/can read the password and the pictures/).waitFor();
  await page.getByRole('radio', { name: 'Encrypted (https)', exact: true }).check();
  await page.getByLabel('Show the camera picture there too').check();
  await next(page);

  await step(page, 'Save and start');
  assert.equal(device.config.Camera, undefined, 'nothing is written before the end');
  await page.getByRole('button', { name: 'Save and start' }).click();
  // The restart ends the session with everything else in memory; the page signs in with the password that it knows.
  await page.getByRole('heading', { level: 1, name: 'The device runs' }).waitFor({ timeout: 120_000 });
  const address = await page.locator('.addresses a').first().getAttribute('href');
  assert.equal(new URL(address).port, String(networkPort));
  await page.locator('.fingerprint').waitFor();
  await page.getByRole('button', { name: 'Open the live view' }).click();
  await picture(page);
  await page.getByText('Occupied', { exact: true }).waitFor();
  await until('the broker is connected', async () => (await page.locator('[data-part="mqtt"] dd').textContent()).startsWith('Connected'));

  await elsewhere(page, address);

  const { Camera, Device: names, Gpio, Mqtt, Presence, Web } = device.config;
  assert.deepEqual([names.Name, names.AllowImages, Web.Network], ['Porch', true, 'Https']);
  assert.equal(Camera.Source, pictures('pictures/astronaut.jpg'));
  assert.equal(Gpio.Outputs[0].Pin, '17');
  assert.equal(Gpio.Simulated, true);
  assert.equal(Mqtt.Port, brokerPort);
  assert.equal(Presence.Zones[0].Name, 'door');
  assert.equal(Presence.Zones[0].MinHeight, 0.05);
  await closePage(page, /Failed to load resource|ERR_/);
});

test('a device is set up from another machine with the one-time password', async () => {
  const fresh = await Device.start({ Web: { NetworkPort: await freePort() } });
  try {
    const { addresses, password } = fresh.command('password', 'setup');
    const [address] = addresses;
    await until('the network is open', async () => fresh.log.includes(address));
    const page = await openPage({ address }, { accessibility: true });
    await page.getByText('Enter the one-time password').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByLabel('Password').fill('k7m2x-9xqd4-hpzt8');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The password is wrong.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await step(page, 'Choose the camera');
    await page.getByText('Another camera').click();
    await page.getByRole('textbox', { name: 'Address' }).fill(pictures('demo'));
    await page.getByRole('button', { name: 'Show its picture' }).click();
    await preview(page);
    await next(page);
    for (const title of ['Aim the camera', 'Choose what to detect', 'Draw a zone', 'Choose a pin', 'Enter the broker']) {
      await step(page, title);
      await page.getByRole('button', { name: /^(Skip|No pin|No broker|Continue)$/ }).first().click();
    }
    await step(page, 'Password and network');
    assert.equal(await page.getByRole('button', { name: 'This machine only' }).count(), 0, 'a password of its own is needed');
    await next(page);
    await page.getByText('Use at least 10 characters.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Repeat the password').fill(PASSWORD);
    assert.deepEqual(await violations(page), []);
    await page.getByLabel('Show the camera picture there too').check();
    await next(page);
    await step(page, 'Save and start');
    await page.getByRole('button', { name: 'Save and start' }).click();
    await page.getByRole('heading', { level: 1, name: 'The device runs' }).waitFor({ timeout: 120_000 });
    assert.equal(new URL(await page.locator('.addresses a').first().getAttribute('href')).origin, new URL(address).origin);
    await page.getByRole('button', { name: 'Open the live view' }).click();
    await picture(page);
    const attempt = await fetch(`${fresh.address}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: fresh.address },
      body: JSON.stringify({ password }),
    });
    assert.equal(attempt.status, 401, 'the one-time password has ended');
    await closePage(page, /Failed to load resource|ERR_|WebSocket connection/);
  } finally {
    await fresh.end();
  }
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
    for (const title of ['Aim the camera', 'Choose what to detect', 'Draw a zone', 'Choose a pin', 'Enter the broker', 'Password and network']) {
      await step(page, title);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), title, 'the focus is on the heading of the step');
      assert.deepEqual(await violations(page), [], title);
      await page
        .getByRole('button', { name: /^(Skip|No pin|No broker|This machine only|Continue)$/ })
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

test('a configured device is set up again, with what it has', async () => {
  const configured = await Device.start({
    Camera: { Source: pictures('demo') },
    Gpio: { Simulated: true, Outputs: [{ Pin: '17' }, { Pin: '22', Source: 'heartbeat' }] },
    Presence: { Zones: [{ Name: 'door', Polygon: '0,0 1,0 1,1 0,1' }] },
  });
  try {
    const page = await openPage(configured, { path: '#/device' });
    await page.getByRole('button', { name: 'Set up again' }).click();
    await step(page, 'Choose the camera');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.view-live').waitFor();
    await page.goto(`${configured.address}/#/setup`);
    await step(page, 'Choose the camera');
    assert.equal(await page.getByRole('textbox', { name: 'Address' }).inputValue(), pictures('demo'));
    await preview(page);
    await next(page);
    await step(page, 'Aim the camera');
    await next(page);
    await step(page, 'Choose what to detect');
    await next(page);
    await step(page, 'Draw a zone');
    assert.equal(await page.getByLabel('Name').inputValue(), 'door');
    await page.getByRole('button', { name: 'Keep as they are' }).click();
    await step(page, 'Choose a pin');
    assert.equal(await page.getByLabel('Pin', { exact: true }).inputValue(), '17');
    await page.getByLabel('Pin', { exact: true }).fill('27');
    await next(page);
    await page.getByRole('button', { name: 'Keep as it is' }).click();
    await step(page, 'Password and network');
    await page.getByRole('button', { name: 'Keep as it is' }).click();
    await page.getByRole('button', { name: 'Save and start' }).click();
    await page.getByRole('heading', { level: 1, name: 'The device runs' }).waitFor({ timeout: 120_000 });
    const { Gpio, Presence, Web } = configured.config;
    assert.deepEqual(
      Gpio.Outputs.map((output) => output.Pin),
      ['27', '22'],
    );
    assert.equal(Presence.Zones[0].Name, 'door');
    assert.equal(Web.Network, undefined);
    await page.getByRole('button', { name: 'Open the live view' }).click();
    await picture(page);
    await closePage(page, /Failed to load resource|ERR_/);
  } finally {
    await configured.end();
  }
});
