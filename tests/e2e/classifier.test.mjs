import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, pictures } from './lib/device.mjs';

/** A model that reports whether there is an object, not where: nothing on the page is about places. */

const source = pictures('pictures/astronaut.jpg');
let device;

before(async () => {
  device = await Device.start({ Camera: { Source: source }, Model: { Path: 'person-vww' } });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

test('the zones view has motion masks and no zones', async () => {
  const page = await openPage(device, { path: '#/zones' });
  await page.getByText('The model reports only whether there is an object, not where.').waitFor();
  await page.getByRole('button', { name: 'Add mask' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add zone' }).count(), 0);
  await page.getByRole('button', { name: 'Add mask' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The zones are saved and apply now.').waitFor();
  const { zones, motionMasks } = (await device.get('api/zones')).body;
  assert.deepEqual([zones.length, motionMasks.length], [0, 1]);
  await closePage(page);
});

test('the setup offers no zone', async () => {
  const fresh = await Device.start();
  try {
    const page = await openPage(fresh);
    const next = () => page.getByRole('button', { name: 'Continue' }).click();
    const step = (title) => page.getByRole('heading', { level: 1, name: title }).waitFor();
    await step('Choose the camera');
    await page.getByText('Another camera').click();
    await page.getByRole('textbox', { name: 'Address' }).fill(source);
    await page.getByRole('button', { name: 'Show its picture' }).click();
    await next();
    await step('Aim the camera');
    await next();
    await step('Choose what to detect');
    await page.getByRole('radio', { name: /Persons \(person-vww\)/ }).check();
    await next();
    await step('Choose a pin');
    assert.equal(await page.getByText('Draw a zone').count(), 0);
    await closePage(page);
  } finally {
    await fresh.end();
  }
});
