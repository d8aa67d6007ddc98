import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, picture, PICTURES, SIZES, violations } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

let device;

before(async () => {
  device = await Device.start({
    Camera: { Source: pictures('pictures/astronaut.jpg'), Name: 'door' },
    Cameras: { yard: { Source: 'synthetic:?width=640&height=360&rate=5' }, broken: { Source: '/dev/video99' } },
    Presence: { Zones: [{ Name: 'porch', Polygon: '0,0 1,0 1,1 0,1' }] },
  });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

const tab = (page, name) => page.locator('.camera-tabs label', { hasText: name });
const shape = (page) =>
  page.evaluate(() => {
    const { naturalWidth, naturalHeight } = document.querySelector('.picture-image');
    return naturalWidth / naturalHeight;
  });

for (const size of ['desktop', 'phone'])
  test(`the tabs choose the camera of the live view (${size})`, async () => {
    const page = await openPage(device, { size: SIZES[size], accessibility: true });
    await picture(page);
    assert.deepEqual(await page.locator('.camera-tabs input').evaluateAll((inputs) => inputs.map((input) => input.value)), ['door', 'broken', 'yard']);
    assert.equal(await shape(page), 1);
    await until('the face is counted at its camera', async () => (await tab(page, 'door').textContent()) === 'door1');
    assert.equal(await tab(page, 'broken').textContent(), 'brokenlost');
    assert.match(await page.locator('[data-part="camera"] dd').textContent(), /^2 of 3 running/);
    assert.match(await page.locator('.here li').first().textContent(), /door/);
    await page.screenshot({ path: path.join(PICTURES, `cameras-door-${size}.png`) });

    await tab(page, 'yard').click();
    await until('the picture of the yard is there', async () => Math.abs((await shape(page)) - 16 / 9) < 0.02);
    await picture(page);
    assert.match(await page.getByRole('link', { name: 'Save picture' }).getAttribute('href'), /camera=yard$/);
    await page.screenshot({ path: path.join(PICTURES, `cameras-yard-${size}.png`) });

    await tab(page, 'broken').click();
    await page.getByText('The camera is lost', { exact: true }).waitFor();
    assert.equal(await page.locator('.remarks').isVisible(), false, 'the remark repeats what the picture says');
    assert.deepEqual(await violations(page), []);

    await tab(page, 'door').click();
    await until('the picture of the door is there again', async () => (await shape(page)) === 1);
    await closePage(page);
  });

test('zones belong to the chosen camera', async () => {
  const page = await openPage(device, { path: '#/zones' });
  await page.locator('.shape-pick', { hasText: 'porch' }).waitFor();
  await tab(page, 'yard').click();
  await page.getByText('No zones').waitFor();
  await page.getByRole('button', { name: 'Add zone' }).click();
  await page.getByLabel('Name').fill('lawn');

  // Unsaved changes are not lost without a question.
  page.once('dialog', (dialog) => dialog.dismiss());
  await tab(page, 'door').click();
  assert.equal(await page.locator('.camera-tabs input[value=yard]').isChecked(), true);

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The zones are saved and apply now.').waitFor();
  await picture(page);
  await page.screenshot({ path: path.join(PICTURES, 'cameras-zones.png') });
  assert.deepEqual((await device.get('api/zones?camera=yard')).body.zones.map((zone) => zone.name), ['lawn']);
  assert.deepEqual((await device.get('api/zones')).body.zones.map((zone) => zone.name), ['porch']);
  await until('the zone applies', async () => 'lawn' in (await device.get('api/state')).body.zoneCounts);

  await tab(page, 'door').click();
  await page.locator('.shape-pick', { hasText: 'porch' }).waitFor();
  await closePage(page);
});

test('a device with one camera has no tabs', async () => {
  const single = await Device.start({ Camera: { Source: 'synthetic:' } });
  const page = await openPage(single);
  await picture(page);
  assert.equal(await page.locator('.camera-tabs').isVisible(), false);
  await closePage(page);
  await single.end();
});
