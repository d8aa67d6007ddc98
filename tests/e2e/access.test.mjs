import assert from 'node:assert/strict';
import os from 'node:os';
import { after, before, test } from 'node:test';
import { closeBrowser, closePage, openPage, picture } from './lib/browser.mjs';
import { Device, freePort, pictures } from './lib/device.mjs';

const PASSWORD = 'seven grey herons';

let device;
let networkPort;

before(async () => {
  networkPort = await freePort();
  device = await Device.start({ Camera: { Source: pictures('demo') }, Web: { Network: 'Http', NetworkPort: networkPort } });
});
after(async () => {
  await closeBrowser();
  await device?.end();
});

async function signIn(page, password) {
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a password is set, and asked for from then on', async () => {
  const page = await openPage(device, { path: '#/access' });
  await page.getByText('No password is set.').waitFor();
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('Use at least 10 characters.').waitFor();
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat the new password').fill('something else');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('The two passwords differ.').waitFor();
  await page.getByLabel('Repeat the new password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('A password protects this device.').waitFor();
  assert.equal((await device.get('api/state')).status, 401, 'without a session nothing is told');
  assert.ok(!JSON.stringify(device.config).includes(PASSWORD));
  // The one who set it stays in.
  await page.getByRole('link', { name: 'Live' }).click();
  await picture(page);
  await closePage(page);
});

test('the sign-in refuses a wrong password and takes the right one', async () => {
  const page = await openPage(device);
  await signIn(page, 'nine white geese');
  await page.getByText('The password is wrong. Try again.').waitFor();
  await signIn(page, PASSWORD);
  await picture(page);
  const [cookie] = await page.context().cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  assert.equal(await page.evaluate(() => document.cookie), '', 'scripts do not see it');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await closePage(page, /401/);
});

test('a token lets a script in until it is deleted', async () => {
  const page = await openPage(device);
  await signIn(page, PASSWORD);
  await page.getByRole('link', { name: 'Access' }).click();
  await page.getByLabel('Name').fill('backup script');
  await page.getByRole('button', { name: 'Create a token' }).click();
  const token = await page.getByLabel('The new token').inputValue();
  const headers = { Authorization: `Bearer ${token}` };
  assert.equal((await device.get('api/state', headers)).status, 200);
  assert.equal((await device.get('api/state', { Authorization: 'Bearer wrong' })).status, 401);
  await page.reload();
  await page.getByText('backup script').waitFor();
  assert.ok(!(await page.content()).includes(token), 'it is shown only once');
  await page.getByRole('button', { name: 'Delete the token backup script' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The token backup script is deleted.').waitFor();
  assert.equal((await device.get('api/state', headers)).status, 401);
  await closePage(page);
});

test('an address for other programs shows the picture until it is withdrawn', async () => {
  const page = await openPage(device);
  await signIn(page, PASSWORD);
  await page.getByRole('link', { name: 'Access' }).click();
  await page.getByLabel('Picture', { exact: true }).selectOption({ label: 'Live picture (JPEG)' });
  await page.getByLabel('Valid for').selectOption({ label: 'Without end' });
  await page.getByRole('button', { name: 'Create the address' }).click();
  const address = new URL(await page.getByLabel('The new address').inputValue());
  const path = address.pathname.slice(1) + address.search;
  assert.equal((await device.get(path)).status, 200);
  assert.equal((await device.get('api/live.jpg')).status, 401);
  await page.getByRole('button', { name: 'Withdraw all addresses' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByLabel('The new address').waitFor({ state: 'detached' });
  assert.equal((await device.get(path)).status, 401);
  await closePage(page);
});

test('a change from another site is refused', async () => {
  const page = await openPage(device);
  await signIn(page, PASSWORD);
  await picture(page);
  // The cookie alone changes nothing: the token of the session is needed too.
  const status = await page.evaluate(
    async () =>
      (await fetch('api/control', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"detection":false}' })).status,
  );
  assert.equal(status, 403);
  await closePage(page, /403/);
});

test('guesses of passwords from the network have to wait', async () => {
  // This machine itself has no limit. With the password of the first test, a start opens the network.
  await device.restart();
  const own = Object.values(os.networkInterfaces())
    .flat()
    .find((address) => address.family === 'IPv4' && !address.internal);
  const page = await openPage({ address: `http://${own.address}:${networkPort}` });
  for (let i = 0; i < 12 && !(await page.getByText('Too many attempts').isVisible()); i += 1) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/session') && response.request().method() === 'POST');
    await signIn(page, `wrong password ${i}`);
    await answered;
    await page.locator('.fault').first().waitFor();
  }
  await page.getByText('Too many attempts').waitFor();
  assert.ok(await page.getByRole('button', { name: /^Try again in \d+ s$/ }).isDisabled());
  await closePage(page, /401|429|Cross-Origin-Opener-Policy/);
});
