import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, picture } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

/** Where the face is in samples/pictures/astronaut.jpg, as a person marked it: from the hairline to the chin, in pixels of 512x512. */
const FACE = { x: 177, y: 64, width: 95, height: 126 };
const PICTURE = 512;

let device;

before(async () => {
  device = await Device.start({ Camera: { Source: pictures('pictures/astronaut.jpg'), Name: 'porch camera' } });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

test('a box appears where the face is', async () => {
  const page = await openPage(device);
  await picture(page);
  const box = await until('a box is drawn', () => page.evaluate(paintedBox));
  const drawn = { x: box.x * PICTURE, y: box.y * PICTURE, width: box.width * PICTURE, height: box.height * PICTURE };
  const overlap = iou(drawn, FACE);
  assert.ok(overlap > 0.5, `the box ${JSON.stringify(drawn)} and the face ${JSON.stringify(FACE)} overlap by ${overlap.toFixed(2)} only`);
  // The overlay lies exactly over the picture, and the picture has its own proportions.
  const places = await page.evaluate(() =>
    ['.picture-image', '.picture-overlay'].map((name) => document.querySelector(name).getBoundingClientRect().toJSON()),
  );
  assert.deepEqual(places[0], places[1]);
  assert.ok(Math.abs(places[0].width - places[0].height) < 1, `a square picture is shown as ${places[0].width} by ${places[0].height}`);
  await closePage(page);
});

test('the state is told at a glance', async () => {
  const page = await openPage(device);
  await page.getByText('Occupied', { exact: true }).waitFor();
  assert.equal(await page.locator('.hero-sub').textContent(), '1 face');
  assert.match(await page.locator('[data-part="camera"] dd').textContent(), /^Running512×512/);
  assert.match(await page.locator('[data-part="engine"] dd').textContent(), /^Vector engine, face-qvga.* per frame$/);
  assert.equal(await page.locator('[data-part="mqtt"] dd').textContent(), 'Off');
  assert.match(await page.locator('.here li').first().textContent(), /^Face\d+ %/);
  assert.match(await page.title(), /^Live · /);
  await closePage(page);
});

test('the picture is asked for only while the page is visible', async () => {
  const sockets = [];
  const page = await openPage(device, { prepare: (opened) => opened.on('websocket', (socket) => sockets.push(socket)) });
  await picture(page);
  assert.equal(sockets.length, 1);
  const ended = sockets[0].waitForEvent('close');
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await ended;
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await until('it is connected again', () => sockets.length === 2);
  await sockets[1].waitForEvent('framereceived', ({ payload }) => typeof payload !== 'string');
  await picture(page);
  await closePage(page);
});

test('detection can be switched off and on', async () => {
  const page = await openPage(device);
  const detection = page.getByRole('switch', { name: 'Detection' });
  await page.getByText('Occupied', { exact: true }).waitFor();
  await detection.uncheck();
  await page.getByText('Detection paused', { exact: true }).waitFor();
  assert.equal((await device.get('api/state')).body.detection.enabled, false);
  await detection.check();
  await page.getByText('Occupied', { exact: true }).waitFor();
  await closePage(page);
});

test('a device that goes away is missed, and found again', async () => {
  const page = await openPage(device);
  await picture(page);
  await device.stop();
  await page.getByText('The device does not answer.').first().waitFor();
  await device.run();
  await page.getByText('The device does not answer.').first().waitFor({ state: 'hidden' });
  await page.getByText('Occupied', { exact: true }).waitFor();
  await picture(page);
  await closePage(page, /Failed to load resource|ERR_/);
});

test('a page that is opened while the device is away waits for it', async () => {
  const page = await openPage(device);
  await page.route('**/api/session', (route) => route.abort());
  await page.reload();
  await page.getByText('The device does not answer', { exact: true }).waitFor();
  await page.unroute('**/api/session');
  await page.getByRole('button', { name: 'Try now' }).click();
  await picture(page);
  await closePage(page, /Failed to load resource|ERR_/);
});

/** Runs in the page: finds the rectangle of the box's colour in the overlay, in fractions of it; null while there is none. */
function paintedBox() {
  const canvas = document.querySelector('.picture-overlay');
  const { width, height } = canvas;
  if (width < 10) return null;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const painted = (x, y) => {
    const i = (y * width + x) * 4;
    return Math.abs(data[i] - 0x35) < 12 && Math.abs(data[i + 1] - 0xe8) < 12 && Math.abs(data[i + 2] - 0xd2) < 12 && data[i + 3] > 240;
  };
  // The sides are long vertical lines; the label above is neither tall enough for one nor wide enough for an edge.
  const columns = [];
  for (let x = 0; x < width; x += 1) {
    let n = 0;
    for (let y = 0; y < height; y += 1) n += painted(x, y) ? 1 : 0;
    if (n > 60) columns.push(x);
  }
  if (columns.length < 2) return null;
  const [left, right] = [columns[0], columns.at(-1)];
  const rows = [];
  for (let y = 0; y < height; y += 1) {
    let n = 0;
    for (let x = left; x <= right; x += 1) n += painted(x, y) ? 1 : 0;
    if (n > (right - left) * 0.85) rows.push(y);
  }
  if (rows.length < 2 || right - left < 20) return null;
  return { x: left / width, y: rows[0] / height, width: (right - left) / width, height: (rows.at(-1) - rows[0]) / height };
}

function iou(a, b) {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const both = Math.max(0, w) * Math.max(0, h);
  return both / (a.width * a.height + b.width * b.height - both);
}
