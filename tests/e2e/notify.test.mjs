import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage } from './lib/browser.mjs';
import { Device, pictures, until } from './lib/device.mjs';

/** A device that notifies a server of this test. */
let device;
let server;
const requests = [];
let status = 200;
const SECRET = 'correct horse battery';

before(async () => {
  server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  device = await Device.start({
    Camera: { Source: pictures('demo', 12), Name: 'demo' },
    Device: { AllowImages: true },
    Presence: { OffDelay: '00:00:00.5' },
    Notify: {
      Picture: 'Crop',
      MinInterval: '00:00:00',
      Webhook: { Url: `http://127.0.0.1:${server.address().port}/hidden-path`, Secret: SECRET },
    },
  });
});
after(async () => {
  await closeBrowser();
  await device?.end();
  server?.close();
});

test('a presence is notified with its picture and a signature', async () => {
  const request = await until('a notification', async () => requests[0]);
  const body = JSON.parse(request.body);
  assert.equal(body.type, 'new');
  assert.equal(body.text, 'Face at demo.');
  assert.equal(Buffer.from(body.picture, 'base64').subarray(0, 2).toString('hex'), 'ffd8');
  const hmac = crypto.createHmac('sha256', SECRET).update(`${request.headers['x-rnnpool-timestamp']}.`).update(request.body);
  assert.equal(request.headers['x-rnnpool-signature'], `sha256=${hmac.digest('hex')}`);
});

test('the page sends a test, and shows what the server says but no secret', async () => {
  const page = await openPage(device, { path: '#/settings' });
  const button = page.getByRole('button', { name: 'Send a test notification' });
  await button.click();
  await page.locator('.notify-test .note.good').waitFor();
  assert.ok(requests.some((request) => JSON.parse(request.body).type === 'test'));
  status = 401;
  await button.click();
  await page.locator('.notify-test .note.bad').getByText('status 401').waitFor();
  status = 200;
  assert.doesNotMatch(await page.content(), /hidden-path|correct horse/);
  const settings = JSON.stringify((await device.get('api/settings')).body);
  assert.doesNotMatch(settings + JSON.stringify((await device.get('api/state')).body) + device.log, /hidden-path|correct horse/);
  await page.locator('#section-Notify').screenshot({ path: 'artifacts/e2e/notify.png' });
  await closePage(page);
});
