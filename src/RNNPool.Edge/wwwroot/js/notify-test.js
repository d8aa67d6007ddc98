import { h, put } from './dom.js';
import { post } from './api.js';
import { busy, button, note } from './ui.js';

/** Sends a test notification to the addresses of the saved settings, also before the restart that they wait for. */
export function createNotifyTest() {
  const outcome = h('div', { role: 'status' });
  const send = button('Send a test notification', {
    onclick: () =>
      busy(send, async () => {
        put(outcome);
        const { ok, message, hint } = await post('api/test/notify', {}, { timeout: 90_000 });
        put(outcome, note(ok ? 'good' : 'bad', message, hint));
      }),
  });
  return h(
    'div',
    { class: 'stack notify-test' },
    h('p', { class: 'hint' }, 'The test uses the saved settings, also those that wait for a restart.'),
    h('div', { class: 'row' }, send),
    outcome,
  );
}
