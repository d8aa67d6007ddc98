import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The device itself, run as a service would run it, with a folder of its own. */

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
export const SAMPLES = path.join(REPOSITORY, 'samples');

const PROGRAM = process.env.RNNPOOL_EDGE_PROGRAM ?? path.join(REPOSITORY, 'src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll');

/** Exit code with which the device asks to be started again. */
const RESTART = 75;

const START_MS = 120_000;

export class Device {
  /** What the device has written to its log. */
  log = '';

  #process = null;
  #wanted = false;

  constructor(folder, port) {
    this.folder = folder;
    this.configFile = path.join(folder, 'config.json');
    this.address = `http://127.0.0.1:${port}`;
  }

  /** Starts a device with these settings; what a test does not say is quiet and of this folder. */
  static async start(settings = {}) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rnnpool-edge-e2e-'));
    const port = await freePort();
    const device = new Device(folder, port);
    const all = { Device: { Name: 'Front door', StateFolder: path.join(folder, 'state'), ...settings.Device }, Web: { Port: port, ...settings.Web } };
    fs.writeFileSync(device.configFile, JSON.stringify({ ...settings, ...all }, null, 2));
    await device.run();
    return device;
  }

  get config() {
    return JSON.parse(fs.readFileSync(this.configFile, 'utf8'));
  }

  async run() {
    this.#wanted = true;
    this.#launch();
    await this.answering();
  }

  #launch() {
    // A published program starts by itself.
    const [command, ...program] = PROGRAM.endsWith('.dll') ? [process.env.DOTNET ?? 'dotnet', PROGRAM] : [PROGRAM];
    const child = spawn(command, [...program, 'run', '--config', this.configFile], { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const pipe of [child.stdout, child.stderr])
      pipe.on('data', (data) => {
        this.log = (this.log + data).slice(-200_000);
      });
    child.on('exit', (code) => {
      if (this.#process === child) this.#process = null;
      // What systemd does for the service.
      if (code === RESTART && this.#wanted) this.#launch();
    });
  }

  /** Runs another command of the program about this device, and returns its JSON. */
  command(...words) {
    const [command, ...program] = PROGRAM.endsWith('.dll') ? [process.env.DOTNET ?? 'dotnet', PROGRAM] : [PROGRAM];
    return JSON.parse(execFileSync(command, [...program, ...words, '--json', '--config', this.configFile], { cwd: this.folder, encoding: 'utf8' }));
  }

  async answering() {
    const end = performance.now() + START_MS;
    while (performance.now() < end) {
      if (this.#process === null) break;
      try {
        if ((await fetch(`${this.address}/api/session`)).ok) return;
      } catch {
        // Not yet.
      }
      await pause(100);
    }
    throw new Error(`The device did not start:\n${this.log}`);
  }

  async get(file, headers = {}) {
    const response = await fetch(`${this.address}/${file}`, { headers });
    return { status: response.status, body: await response.json().catch(() => null) };
  }

  /** Ends the program; its folder stays. */
  async stop() {
    this.#wanted = false;
    const child = this.#process;
    if (!child) return;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGTERM');
    await Promise.race([ended, pause(10_000).then(() => child.kill('SIGKILL'))]);
  }

  async restart() {
    await this.stop();
    await this.run();
  }

  async end() {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Pictures as a camera. */
export const pictures = (file, rate = 5) => `images:${path.join(SAMPLES, file)}?rate=${rate}&loop=true`;

/** Asks until the answer is true, or fails with a sentence. */
export async function until(what, check, limit = 60_000) {
  const end = performance.now() + limit;
  let last = null;
  while (performance.now() < end) {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Error(
    `It did not happen within ${limit / 1000} s: ${what}. Last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
