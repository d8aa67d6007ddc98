// Takes the pictures of the README and of docs/web.md: node tests/e2e/screenshots.mjs, after tests/e2e/run.sh has installed what it needs.
// Only the sequence of samples/ is in them. ffmpeg makes them small: a palette of 160 colours is enough for a page.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { closeBrowser, openPage, picture } from './lib/browser.mjs';
import { Device, freePort, pictures, REPOSITORY, until } from './lib/device.mjs';

const FOLDER = path.join(REPOSITORY, 'docs/images');
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const brokerPort = await freePort();
const device = await Device.start({
  Camera: { Source: pictures('demo'), Name: 'Front door' },
  Device: { AllowImages: true },
  Journal: { Thumbnails: true },
  Gpio: { Simulated: true, Outputs: [{ Pin: '17' }] },
  Mqtt: { Host: '127.0.0.1', Port: brokerPort },
  Presence: { OffDelay: '00:00:01', Zones: [{ Name: 'porch', Polygon: '0.05,0.06 0.6,0.04 0.64,0.8 0.04,0.86', Anchor: 'Centre' }] },
});
const config = path.join(device.folder, 'mosquitto.conf');
fs.writeFileSync(config, `listener ${brokerPort} 127.0.0.1\nallow_anonymous true\n`);
const broker = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: 'ignore' });

try {
  await until(
    'several have come and gone',
    async () => (await device.get('api/events')).body.filter((event) => event.type === 'end').length >= 4,
    120_000,
  );
  await take('page-live', 'live', DESKTOP, 'light');
  await take('page-zones', 'zones', DESKTOP, 'dark');
  await take('page-phone', 'live', PHONE, 'dark');
  await take('page-events', 'events', DESKTOP, 'light');
} finally {
  await closeBrowser();
  await device.end();
  broker.kill();
}

async function take(name, view, size, theme) {
  const page = await openPage(device, { size, theme, path: `#/${view}` });
  if (view !== 'events') await picture(page);
  else await page.locator('details.event').nth(3).waitFor();
  // When the face has been there for a moment, everything has something to show.
  if (view === 'live') {
    await page.waitForTimeout(1000);
    await page.waitForFunction(() => /for \d s/.test(document.querySelector('.here-what')?.textContent ?? ''));
  }
  const raw = path.join(device.folder, `${name}.png`);
  await page.screenshot({ path: raw });
  await page.context().close();
  const target = path.join(FOLDER, `${name}.png`);
  execFileSync('ffmpeg', [
    '-y',
    '-loglevel',
    'error',
    '-i',
    raw,
    '-vf',
    'split[a][b];[a]palettegen=max_colors=160[p];[b][p]paletteuse=dither=bayer:bayer_scale=5',
    '-compression_level',
    '100',
    '-pred',
    'mixed',
    target,
  ]);
  console.log(`${target}: ${Math.round(fs.statSync(target).size / 1024)} KiB`);
}
