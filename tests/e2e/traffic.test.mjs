import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, openWindow, picture } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

/** What the page costs: requests, bytes and connections. docs/web.md has the figures. */

const REQUESTS = 8;
const BYTES = 90_000;
const SLOW_BYTES_PER_SECOND = 20 * 1024;

let device;

before(async () => {
  device = await Device.start({ Camera: { Source: pictures('demo') } });
  // The page waits for a picture only as long as a running device needs.
  await until('frames are analysed', async () => (await device.get('api/state')).body.engine.inferences > 0);
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

/** Records the requests of a page, and the bytes that come over the network, messages of WebSockets included. */
async function record(page) {
  const client = await page.context().newCDPSession(page);
  const traffic = { client, requests: [], bytes: 0, pictures: [] };
  await client.send('Network.enable');
  const count = (url) => /^(blob|data):/.test(url) || traffic.requests.push(new URL(url).pathname);
  client.on('Network.requestWillBeSent', ({ request }) => count(request.url));
  client.on('Network.webSocketCreated', ({ url }) => count(url));
  client.on('Network.dataReceived', ({ encodedDataLength }) => {
    traffic.bytes += encodedDataLength;
  });
  client.on('Network.responseReceived', ({ response }) => {
    traffic.bytes += response.encodedDataLength;
  });
  client.on('Network.webSocketFrameReceived', ({ response }) => {
    // The payload of a binary message is in base64.
    const length = response.opcode === 2 ? (response.payloadData.length * 3) / 4 : Buffer.byteLength(response.payloadData);
    traffic.bytes += length;
    if (response.opcode === 2) traffic.pictures.push({ length, after: traffic.bytes, requests: traffic.requests.length });
  });
  return traffic;
}

test('the first picture needs few requests and few bytes', async (t) => {
  let traffic = null;
  const page = await openPage(device, {
    prepare: async (opened) => {
      traffic = await record(opened);
    },
  });
  await picture(page);
  const [first] = traffic.pictures;
  const needed = traffic.requests.slice(0, first.requests);
  t.diagnostic(`${needed.length} requests, ${first.after} bytes, of them ${first.length} of the picture: ${needed.join(' ')}`);
  assert.ok(needed.length <= REQUESTS, `${needed.length} requests: ${needed.join(' ')}`);
  assert.ok(first.after <= BYTES, `${first.after} bytes`);
  // The files and the session were counted: without them there is no page.
  assert.ok(first.after - first.length > 20_000, `${first.after} bytes`);
  await until('the rest of the page is loaded', () => traffic.requests.includes('/js/later.js'));
  t.diagnostic(`${traffic.requests.length} requests and ${traffic.bytes} bytes after the rest was loaded`);
  await closePage(page);
});

test('the page is usable over a slow link', async (t) => {
  let traffic = null;
  const page = await openPage(device, {
    prepare: async (opened) => {
      traffic = await record(opened);
      await traffic.client.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 100,
        downloadThroughput: SLOW_BYTES_PER_SECOND,
        uploadThroughput: SLOW_BYTES_PER_SECOND,
      });
    },
  });
  const begin = performance.now();
  await picture(page);
  const first = performance.now() - begin;
  t.diagnostic(`first picture ${(first / 1000).toFixed(1)} s after the document`);
  assert.ok(first < 30_000, `${first} ms`);
  await page.locator('[data-part="camera"] dd').filter({ hasText: 'Running' }).waitFor();
  const shown = traffic.pictures.length;
  await until('pictures follow', () => traffic.pictures.length >= shown + 3);
  const detection = page.getByRole('switch', { name: 'Detection' });
  await detection.uncheck();
  await page.getByText('Detection paused', { exact: true }).waitFor();
  await detection.check();
  await until('it is on again', async () => (await device.get('api/state')).body.detection.enabled);
  await closePage(page);
});

test('six windows of one browser show everything, and each can change settings', async () => {
  const traffic = [];
  const prepare = async (page) => {
    traffic.push(await record(page));
  };
  const windows = [await openPage(device, { prepare })];
  while (windows.length < 6) windows.push(await openWindow(device, windows[0].context(), '', prepare));
  const running = (page) => page.locator('[data-part="camera"] dd').filter({ hasText: 'Running' }).waitFor();
  await Promise.all(windows.map((page) => Promise.all([picture(page), running(page)])));
  await Promise.all(
    windows.map(async (page, i) => {
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.locator('.setting[data-key="Presence:EnterThreshold"] input').fill(`0.6${i + 1}`);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved. The change applies now.').waitFor();
      await page.getByRole('link', { name: 'Live' }).click();
      await picture(page);
    }),
  );
  assert.match(String(device.config.Presence.EnterThreshold), /^0.6[1-6]$/);
  await windows[5].getByRole('switch', { name: 'Detection' }).uncheck();
  for (const page of windows) await page.getByText('Detection paused', { exact: true }).waitFor();
  await windows[0].getByRole('switch', { name: 'Detection' }).check();
  for (const page of windows) await page.getByText('Detection paused', { exact: true }).waitFor({ state: 'hidden' });
  const counts = traffic.map(({ pictures: { length } }) => length);
  await until('every window receives more pictures', () => traffic.every(({ pictures: { length } }, i) => length > counts[i]));
  for (const { requests } of traffic) {
    assert.equal(requests.filter((path) => path === '/api/socket').length, 1, 'a window has one connection');
    assert.deepEqual(
      requests.filter((path) => /stream|mjpg/.test(path)),
      [],
    );
  }
  for (const page of windows.slice(1)) await page.close();
  for (const page of windows.slice(1)) assert.deepEqual([page.problems, page.foreign], [[], []]);
  await closePage(windows[0]);
});

test('without WebSockets the page receives state and pictures by requests', async () => {
  let traffic = null;
  const page = await openPage(device, {
    prepare: async (opened) => {
      traffic = await record(opened);
      await opened.addInitScript(() => {
        globalThis.WebSocket = class extends EventTarget {
          constructor() {
            super();
            setTimeout(() => this.dispatchEvent(new Event('close')));
          }

          close() {}
        };
      });
    },
  });
  await picture(page);
  await page.locator('[data-part="camera"] dd').filter({ hasText: 'Running' }).waitFor();
  await page.getByText('The device does not answer.').waitFor({ state: 'hidden' });
  const count = () => traffic.requests.filter((path) => path === '/api/live.jpg').length;
  const before = count();
  await until('pictures follow', () => count() > before + 2);
  assert.equal(traffic.requests.filter((path) => path === '/api/stream').length, 1);
  await closePage(page);
});
