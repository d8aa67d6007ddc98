import { h, put } from '../dom.js';
import { mark } from '../icons.js';
import { post, session } from '../api.js';
import { button, field, input, sentenceOf } from '../ui.js';

/** Asks for the password. */
export function signIn(app, signal, done) {
  const password = field('Password', input({ type: 'password', name: 'password', autocomplete: 'current-password', required: true }));
  const send = button('Sign in', { kind: 'primary', type: 'submit' });
  const form = h('form', { class: 'stack', onsubmit: submit, novalidate: true }, password.element, send);
  document.title = `Sign in · ${session.deviceName ?? 'RNNPool.Edge'}`;
  put(
    app,
    h(
      'main',
      { class: 'gate' },
      h(
        'div',
        { class: 'card gate-card' },
        h(
          'div',
          { class: 'gate-head' },
          mark(),
          h('h1', null, session.deviceName ?? 'RNNPool.Edge'),
          h(
            'p',
            { class: 'muted' },
            session.setupPassword
              ? 'Enter the one-time password that the installation has shown. "sudo rnnpool-edge password setup" makes a new one.'
              : 'Sign in to use this device.',
          ),
        ),
        form,
      ),
    ),
  );
  password.control.focus();

  async function submit(event) {
    event.preventDefault();
    if (!password.control.value) {
      refuse('Enter the password of this device.');
      return;
    }
    send.disabled = true;
    try {
      await post('api/session', { password: password.control.value });
      password.complain(null);
      await done();
    } catch (error) {
      refuse(error.status === 401 || error.status === 403 ? 'The password is wrong. Try again.' : sentenceOf(error));
      if (error.status === 429) wait(error.retryAfter ?? 10);
      else send.disabled = false;
      password.control.select();
    }
  }

  function refuse(sentence) {
    password.complain(sentence);
    password.control.focus();
  }

  /** Too many wrong passwords: the device reports how long it refuses further ones. */
  function wait(seconds) {
    const label = send.querySelector('span');
    const tick = () => {
      if (signal.aborted) return;
      label.textContent = seconds > 0 ? `Try again in ${seconds} s` : 'Sign in';
      send.disabled = seconds > 0;
      seconds -= 1;
      if (seconds >= 0) setTimeout(tick, 1000);
    };
    tick();
  }
}
