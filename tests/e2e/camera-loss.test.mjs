import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, until } from './lib/device.mjs';

/** A camera that is lost, and one whose name is longer than its place. */

const LONG_NAME = 'north-east-entrance'.repeat(3);
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

after(closeBrowser);

test('the cause of a lost camera is shown once and in words, and occupancy is not known', async () => {
  const device = await Device.start({ Camera: { Source: 'v4l2:/dev/video99', Name: LONG_NAME }, Health: { MaxFrameAge: '00:00:02' } });
  const page = await openPage(device);
  await page.getByText('Not known', { exact: true }).waitFor();
  await until('the device is unhealthy', async () => (await device.get('health')).status === 503);
  await page.getByText('It is not connected.').waitFor();
  const text = await page.locator('main').innerText();
  assert.equal(text.split('It is not connected.').length - 1, 1, text);
  assert.doesNotMatch(text, /video99|No frame for/);
  for (const size of SIZES) await inside(page, size);
  await closePage(page, /Failed to load resource/);
  await device.end();
});

test('a long name of a camera stays inside its card', async () => {
  const device = await Device.start({ Camera: { Source: 'synthetic:', Name: LONG_NAME }, Presence: { EnterThreshold: 0.99 } });
  const page = await openPage(device);
  await page.getByText(`Watching ${LONG_NAME}`).waitFor();
  for (const size of SIZES) await inside(page, size);
  await closePage(page);
  await device.end();
});

async function inside(page, size) {
  await page.setViewportSize(size);
  const beyond = await page.evaluate(() => {
    const found = [];
    for (const card of document.querySelectorAll('main .card')) {
      const { right } = card.getBoundingClientRect();
      for (const child of card.querySelectorAll('*')) {
        const box = child.getBoundingClientRect();
        if (box.width > 1 && box.right > right + 1) found.push(`${child.className}: ${box.right} of ${right}`);
      }
    }
    if (document.scrollingElement.scrollWidth > window.innerWidth) found.push('the page scrolls sideways');
    return found;
  });
  assert.deepEqual(beyond, [], `${size.width} pixels`);
}
