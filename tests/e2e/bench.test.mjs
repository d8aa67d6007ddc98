import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

let device;

before(async () => {
  device = await Device.start({
    Camera: { Source: pictures('pictures/astronaut.jpg') },
    Oled: { Enabled: true, Simulated: true, QrCodeTime: '00:00:00' },
    StatusLight: { Enabled: true, Simulated: true, Count: 12 },
    Button: { Pin: '27', Simulated: true },
  });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

test('simulated parts show what they would on a bench', async () => {
  const page = await openPage(device);
  await page.getByText('1 face, detecting', { exact: true }).waitFor();
  const lit = await page.locator('[data-part="oled"] canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, index) => index % 4 === 0 && value > 100).length;
  });
  assert.ok(lit > 100, `${lit} pixels of the display are lit`);
  const colors = () => page.locator('[data-part="status-light"] circle').evaluateAll((leds) => leds.map((led) => led.getAttribute('fill')));
  await until('one light is on', async () => new Set(await colors()).size === 2);
  assert.equal((await colors()).length, 12);
  assert.equal((await colors()).filter((color) => color === '#2a2f38').length, 11);
  await closePage(page);
});

test('a long press of the simulated button begins privacy', async () => {
  const page = await openPage(device);
  await page.getByText('Occupied', { exact: true }).waitFor();
  const button = page.locator('[data-part="button"] button');
  await button.dispatchEvent('pointerdown');
  await page.getByText('Detection paused', { exact: true }).waitFor();
  await button.dispatchEvent('pointerup');
  await closePage(page);
});
