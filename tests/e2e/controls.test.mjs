import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, violations } from './lib/browser.mjs';
import { Device, until } from './lib/device.mjs';

/** The controls of a camera. The camera is a fake one behind the requests of the page; the settings are those of the device. */
const SOURCE = 'v4l2:/dev/video97';

let device;
let controls;
let attempts;

before(async () => {
  device = await Device.start({ Camera: { Source: SOURCE } });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

async function withCamera(page) {
  controls = [
    { name: 'brightness', minimum: 0, maximum: 255, default: 128, value: 100, inactive: false, choices: null },
    { name: 'auto_exposure', minimum: 0, maximum: 3, default: 3, value: 3, inactive: false, choices: { 1: 'Manual Mode', 3: 'Aperture Priority Mode' } },
    { name: 'exposure_time_absolute', minimum: 3, maximum: 2047, default: 250, value: 250, inactive: true, choices: null },
    { name: 'backlight', minimum: 0, maximum: 1, default: 0, value: 0, inactive: false, choices: null },
  ];
  attempts = [];
  await page.route('**/api/cameras', (route) =>
    route.fulfill({
      json: { cameras: [{ source: SOURCE, device: '/dev/video97', name: 'Fake camera', bus: null, problem: null, formats: [], controls }] },
    }),
  );
  await page.route('**/api/cameras/control', (route) => {
    const { source, name, value } = route.request().postDataJSON();
    attempts.push([source, name, value]);
    if (value === '13') return route.fulfill({ status: 409, contentType: 'application/problem+json', json: { detail: 'The camera refuses 13.' } });
    controls = controls.map((control) => {
      if (control.name === name) return { ...control, value: Number(value) };
      return name === 'auto_exposure' && control.name === 'exposure_time_absolute' ? { ...control, inactive: value !== '1' } : control;
    });
    return route.fulfill({ json: controls });
  });
}

const slide = (page, name, value) =>
  page.getByRole('slider', { name }).evaluate((slider, wanted) => {
    slider.value = wanted;
    slider.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);

test('controls of a camera change at once, and are saved', async () => {
  const page = await openPage(device, { path: '#/device', accessibility: true, prepare: withCamera });
  await page.getByText('Camera controls').click();
  const save = page.getByRole('button', { name: 'Save the controls' });
  await save.waitFor();
  assert.ok(await save.isDisabled());
  assert.ok(await page.getByRole('slider', { name: 'Exposure time absolute' }).isDisabled());

  await page.getByLabel('Auto exposure').selectOption('Manual Mode');
  await until('the exposure is free', () => page.getByRole('slider', { name: 'Exposure time absolute' }).isEnabled());
  await slide(page, 'Exposure time absolute', '157');
  await until('the camera has the value', () => controls[2].value === 157);
  await page.getByRole('switch', { name: 'Backlight' }).check();
  await until('the camera has the switch', () => controls[3].value === 1);
  assert.deepEqual(await violations(page), []);
  assert.equal(device.config.Camera.Controls, undefined, 'nothing is saved before it is asked for');

  await save.click();
  await page.getByText(/camera controls/).first().waitFor();
  assert.deepEqual(device.config.Camera.Controls, { auto_exposure: '1', exposure_time_absolute: '157', backlight: '1' });
  assert.ok(attempts.every(([source]) => source === SOURCE));
  await closePage(page, /503|preview/);
});

test('a change can be undone, and a refused one is reported and not saved', async () => {
  const page = await openPage(device, { path: '#/device', prepare: withCamera });
  await page.getByText('Camera controls').click();
  await slide(page, 'Brightness', '200');
  await until('the camera has the value', () => controls[0].value === 200);
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the camera has the value of before', () => controls[0].value === 100);
  await slide(page, 'Brightness', '13');
  await page.getByText('The camera refuses 13.').waitFor();
  assert.equal(await page.getByRole('slider', { name: 'Brightness' }).inputValue(), '100');
  assert.ok(await page.getByRole('button', { name: 'Save the controls' }).isDisabled());
  assert.equal(device.config.Camera.Controls.brightness, undefined);
  await closePage(page, /503|409|preview/);
});
