import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

/** The demo's sequence shows a face, then a cat and a cup, then the face again. */
let device;

before(async () => {
  device = await Device.start({
    Camera: { Source: pictures('demo', 12), Name: 'demo' },
    Device: { AllowImages: true },
    Journal: { Thumbnails: true },
    Presence: { OffDelay: '00:00:00.5' },
  });
  await until('somebody came and left', async () => (await device.get('api/events')).body.some((event) => event.type === 'end'));
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

test('presences are rows of the timeline, with what is known about them', async () => {
  const page = await openPage(device, { path: '#/events' });
  const events = (await device.get('api/events')).body;
  const ended = events.find((event) => event.type === 'end');
  const row = page.locator(`details[data-id="${ended.id}"]`);
  await row.waitFor();
  assert.match(await row.locator('summary').textContent(), /^\d\d:\d\d:\d\dFace\d+ s\d+ %$/);
  await row.locator('summary').click();
  assert.match(await row.locator('dl').textContent(), new RegExp(`First seen.*Endedleft.*${ended.id}`));
  await closePage(page);
});

test('thumbnails are shown when they are kept', async () => {
  const page = await openPage(device, { path: '#/events' });
  const image = page.locator('.event-picture img').first();
  await image.waitFor();
  await until('the picture is there', () => image.evaluate((element) => element.naturalWidth > 0));
  await closePage(page);
});

test('the best picture of a presence is shown whole, with its box, and cropped', async () => {
  const ended = await until('a picture is there', async () => {
    const events = (await device.get('api/events')).body.filter((event) => event.type === 'end');
    for (const event of events) if ((await device.get(`api/events/${event.id}/picture`)).status === 200) return event;
    return null;
  });
  const facts = (await device.get(`api/events/${ended.id}/picture`)).body;
  const page = await openPage(device, { path: '#/events' });
  const row = page.locator(`details[data-id="${ended.id}"]`);
  await row.locator('summary').click();
  const whole = row.locator('.boxed img');
  await whole.waitFor();
  await until('both pictures are loaded', async () =>
    (await row.locator('.event-pictures img').evaluateAll((images) => images.map((image) => image.naturalWidth > 0))).every(Boolean),
  );
  assert.equal(await row.locator('.event-pictures img').count(), 2);
  const picture = await whole.boundingBox();
  const box = await row.locator('.box').boundingBox();
  const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 3, `${actual} is not near ${expected}`);
  near(box.x - picture.x, facts.boxFraction.x * picture.width);
  near(box.y - picture.y, facts.boxFraction.y * picture.height);
  near(box.width, facts.boxFraction.width * picture.width);
  near(box.height, facts.boxFraction.height * picture.height);
  near(picture.width / picture.height, facts.frame.width / facts.frame.height);
  await row.screenshot({ path: 'artifacts/e2e/event-picture.png' });
  await closePage(page);
});

test('the timeline grows while it is looked at', async () => {
  const page = await openPage(device, { path: '#/events' });
  await page.locator('details.event').first().waitFor();
  const before = await page.locator('details.event').count();
  await until('another row comes by itself', async () => (await page.locator('details.event').count()) > before);
  await closePage(page);
});

test('the timeline is filtered by label and time', async () => {
  const page = await openPage(device, { path: '#/events' });
  await page.locator('details.event').first().waitFor();
  await page.getByLabel('Show').selectOption('face');
  await page.locator('details.event').first().waitFor();
  await page.getByLabel('Time range').selectOption('between');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  await page.getByLabel('From', { exact: true }).fill(tomorrow);
  await page.getByText('Nothing to show').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.locator('details.event').first().waitFor();
  await closePage(page);
});

test('charts show the last minutes, and answer to the keyboard', async () => {
  const page = await openPage(device, { path: '#/charts' });
  const chart = page.getByRole('img', { name: /^Frames analysed per second, last 15 minutes: now \d/ });
  await chart.waitFor();
  assert.ok((await chart.evaluate(inked)) > 100, 'a line is drawn');
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  assert.match(await page.locator('.chart-range').first().textContent(), /^\d\d:\d\d:\d\d$/);
  await closePage(page);
});

test('presences over time are bars, with the longest stay and as CSV', async () => {
  const page = await openPage(device, { path: '#/charts' });
  const bars = page.getByRole('img', { name: /^Presences, last 24 hours: \d+ presences?; most/ });
  await bars.waitFor();
  assert.equal(await bars.locator('.bar').count(), 24);
  assert.match(await page.locator('.statistics').textContent(), /Longest stay of 2 days: .*Download as CSV/);
  await page.getByLabel('Time range').selectOption('month');
  await until('there is a bar for each day', async () => (await page.locator('.bar').count()) === 30);
  await page.getByLabel('Measure').selectOption('longest');
  await page.getByRole('img', { name: /^Longest stay, last 30 days/ }).waitFor();
  const statistics = (await device.get('api/statistics?days=2')).body;
  const answer = await fetch(`${device.address}/api/statistics.csv?days=2&by=day`);
  const lines = (await answer.text()).trim().split('\n');
  assert.equal(lines[0], 'time,presences,most,longest_seconds,total_seconds');
  assert.equal(lines.length, 3);
  assert.ok(Number(lines[2].split(',')[1]) >= statistics.days[1].presences);
  await page.locator('.card', { has: page.locator('.statistics') }).screenshot({ path: 'artifacts/e2e/statistics.png' });
  await closePage(page);
});

/** Runs in the page: how many pixels of a canvas are painted. */
function inked(canvas) {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let n = 0;
  for (let i = 3; i < data.length; i += 4) n += data[i] > 0 ? 1 : 0;
  return n;
}
