import { setTimeout as pause } from 'node:timers/promises';
import { closeBrowser, openPage, picture } from './lib/browser.mjs';
import { Device, freePort, pictures } from './lib/device.mjs';

/**
 * How long the road is from the start of an unconfigured device to its live picture in a browser that uses its address in the network, with the
 * one-time password of the installation and a setup that takes every proposal: node setup-time.mjs. RNNPOOL_EDGE_PROGRAM names an installed
 * program. The answers are typed at the speed of a script: what is measured is what the device and the page need.
 */
const PASSWORD = 'seven grey herons';
const begin = performance.now();
const seconds = () => ((performance.now() - begin) / 1000).toFixed(1);

const device = await Device.start({ Gpio: { Simulated: true }, Web: { NetworkPort: await freePort() } });
console.log(`${seconds()} s  the page answers`);
const { addresses, password } = device.command('password', 'setup');
while (!device.log.includes(addresses[0])) await pause(50);
console.log(`${seconds()} s  the network is open with a one-time password`);
const page = await openPage({ address: addresses[0] });
const step = (title) => page.getByRole('heading', { level: 1, name: title }).waitFor();
const press = (name) => page.getByRole('button', { name }).first().click();
let answers = 0;

await page.getByLabel('Password').fill(password);
await page.getByRole('button', { name: 'Sign in' }).click();
answers += 1;
await step('Choose the camera');
console.log(`${seconds()} s  the first step is shown`);
await page.getByText('Another camera').click();
await page.getByRole('textbox', { name: 'Address' }).fill(pictures('demo'));
answers += 2;
await press('Continue');
for (const title of ['Aim the camera', 'Choose what to detect', 'Draw a zone', 'Choose a pin', 'Enter the broker']) {
  await step(title);
  await press(/^(Skip|No pin|No broker|Continue)$/);
  answers += 1;
}
await step('Password and network');
await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
await page.getByLabel('Repeat the password').fill(PASSWORD);
await page.getByLabel('Show the camera picture there too').check();
answers += 3;
await press('Continue');
await step('Save and start');
await press('Save and start');
answers += 2;
await page.getByRole('heading', { level: 1, name: 'The device runs' }).waitFor({ timeout: 120_000 });
console.log(`${seconds()} s  the device runs with its settings, after ${answers} answers`);
await page.getByRole('button', { name: 'Open the live view' }).click();
await picture(page);
console.log(`${seconds()} s  the live picture is in the browser`);
await closeBrowser();
await device.end();
