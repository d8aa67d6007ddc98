import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, picture, SIZES } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

let device;

before(async () => {
  device = await Device.start({ Camera: { Source: pictures('pictures/astronaut.jpg') }, Presence: { EnterThreshold: 0.55 } });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

const corners = (page) => page.locator('.polygons .corner');

/** Where a fraction of the picture is on the screen. */
async function place(page, x, y) {
  const box = await page.locator('.picture').boundingBox();
  return [box.x + x * box.width, box.y + y * box.height];
}

async function drag(page, from, to) {
  await page.mouse.move(...(await place(page, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await place(page, (from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
  await page.mouse.move(...(await place(page, ...to)));
  await page.mouse.up();
}

const near = (actual, wanted, tolerance = 0.01) =>
  assert.ok(Math.abs(actual[0] - wanted[0]) < tolerance && Math.abs(actual[1] - wanted[1]) < tolerance, `${actual} is not ${wanted}`);

test('a zone is drawn with the mouse, and presences are in it', async () => {
  const page = await openPage(device, { path: '#/zones' });
  await page.getByRole('button', { name: 'Add zone' }).click();
  await page.getByLabel('Name').fill('Porch!');
  await page.getByText('Use 1 to 32 lower-case letters, digits, - and _.').waitFor();
  await page.getByLabel('Name').fill('porch');
  await picture(page);
  await drag(page, [0.3, 0.3], [0.2, 0.05]);
  await drag(page, [0.7, 0.3], [0.65, 0.06]);
  await page.getByLabel('A person is inside when this point is').selectOption('Centre');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The zones are saved and apply now.').waitFor();
  const [zone] = (await device.get('api/zones')).body.zones;
  assert.equal(zone.name, 'porch');
  near(zone.points[0], [0.2, 0.05]);
  near(zone.points[1], [0.65, 0.06]);
  near(zone.points[2], [0.7, 0.8]);
  await until('the face is in the zone', async () => (await device.get('api/state')).body.zoneCounts.porch === 1);
  await page.getByRole('link', { name: 'Live' }).click();
  await until('the page says so', async () => (await page.locator('.here li').first().textContent()).includes('porch'));
  await closePage(page);
});

test('corners are moved, added and removed with the keyboard', async () => {
  const page = await openPage(device, { path: '#/zones' });
  await corners(page).first().waitFor();
  assert.equal(await corners(page).count(), 4);
  const before = (await device.get('api/zones')).body.zones[0].points;
  await corners(page).nth(1).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('+');
  assert.equal(await corners(page).count(), 5);
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^Corner 3 of 5 of porch$/);
  await page.keyboard.press('Delete');
  assert.equal(await corners(page).count(), 4);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The zones are saved and apply now.').waitFor();
  const after = (await device.get('api/zones')).body.zones[0].points;
  near(after[1], [before[1][0] - 0.005, before[1][1] + 0.05], 0.0011);
  near(after[0], before[0], 0.0011);
  await closePage(page);
});

test('a mask is drawn by touch, and taken back', async () => {
  const page = await openPage(device, { path: '#/zones', size: SIZES.phone, touch: true });
  await page.getByRole('button', { name: 'Add mask' }).click();
  await picture(page);
  const client = await page.context().newCDPSession(page);
  await page.locator('.picture').scrollIntoViewIfNeeded();
  const touch = async (type, x, y) => {
    const [px, py] = x === undefined ? [] : await place(page, x, y);
    await client.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x: px, y: py }] });
  };
  const mask = () => page.locator('.shape.mask .shape-area').getAttribute('points');
  const before = await mask();
  const [cornerX, cornerY] = await corners(page)
    .first()
    .evaluate((corner) => {
      const stage = corner.closest('.picture').getBoundingClientRect();
      const dot = corner.getBoundingClientRect();
      return [(dot.x + dot.width / 2 - stage.x) / stage.width, (dot.y + dot.height / 2 - stage.y) / stage.height];
    });
  await touch('touchStart', cornerX, cornerY);
  await touch('touchMove', cornerX - 0.1, cornerY - 0.1);
  await touch('touchMove', 0.1, 0.1);
  await touch('touchEnd');
  assert.notEqual(await mask(), before);
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await mask(), before);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The zones are saved and apply now.').waitFor();
  const { motionMasks, zones } = (await device.get('api/zones')).body;
  assert.equal(motionMasks.length, 1);
  assert.equal(zones.length, 1);
  assert.equal(device.config.Presence.EnterThreshold, 0.55, 'what was in the file is still there');
  await closePage(page);
});

test('size, score and labels of a zone are saved', async () => {
  const page = await openPage(device, {
    path: '#/zones',
    // The models that ship have one label.
    prepare: async (window) => {
      const second = (text) => text.replaceAll('"labels":["face"]', '"labels":["face","hat"]');
      await window.routeWebSocket(/./, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((message) => socket.send(typeof message === 'string' ? second(message) : message));
      });
      await window.route('**/api/state', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: second(await response.text()) });
      });
    },
  });
  await corners(page).first().waitFor();
  const height = page.getByLabel('Least height');
  const score = page.getByLabel('Least score');
  await height.fill('101');
  await page.getByText('Enter a number from 0 to 100.').waitFor();
  await height.fill('12,5');
  await score.fill('70');
  await page.getByRole('group', { name: 'Labels that count' }).getByLabel('face').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The zones are saved and apply now.').waitFor();
  const saved = async () => (await device.get('api/zones')).body.zones[0];
  const zone = await saved();
  assert.equal(zone.minHeight, 0.125);
  assert.equal(zone.enterThreshold, 0.7);
  assert.deepEqual(zone.labels, ['face']);

  await page.getByRole('group', { name: 'Labels that count' }).getByLabel('face').uncheck();
  await score.fill('0');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until('they are taken back', async () => {
    const { labels, enterThreshold } = await saved();
    return labels.length === 0 && !enterThreshold;
  });
  await closePage(page);
});

test('a zone that is not saved is not lost by a wrong click', async () => {
  const page = await openPage(device, { path: '#/zones' });
  await page.getByRole('button', { name: 'Add zone' }).click();
  page.once('dialog', (dialog) => dialog.dismiss());
  await page.getByRole('link', { name: 'Events' }).click();
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Zones');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('link', { name: 'Events' }).click();
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  await closePage(page);
});
