import { loadSession, post } from './api.js';
import { confirm, toast } from './ui.js';

/** Restarts the device and waits until it answers again. */

const LONGEST_MS = 60000;

const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/**
 * @param {HTMLButtonElement|null} control disabled meanwhile
 * @param {{asked?: boolean}} [options] `asked`: the user has confirmed already
 * @returns {Promise<boolean>} whether it was restarted and answers
 */
export async function restartDevice(control, { asked = false } = {}) {
  if (
    !asked &&
    !(await confirm('Restart the device?', 'Detection stops for a few seconds. Settings and events are kept.', 'Restart', 'primary'))
  )
    return false;
  if (control) control.disabled = true;
  try {
    await post('api/control', { restart: true });
    toast('The device restarts.');
    if (await waitForDevice()) {
      toast('The device is back.');
      return true;
    }
    toast('The device has not come back within a minute. If systemd does not restart it, start it by hand.', 'bad');
  } catch (error) {
    toast(error.message, 'bad');
  } finally {
    if (control) control.disabled = false;
  }
  return false;
}

/** Asks until the device answers again, and `ready` likes the answer. */
export async function waitForDevice(ready = () => true) {
  const end = performance.now() + LONGEST_MS;
  await pause(1500);
  while (performance.now() < end) {
    try {
      if (ready(await loadSession())) return true;
    } catch {
      // The device does not answer yet.
    }
    await pause(700);
  }
  return false;
}
