import { h, put } from './dom.js';
import { loadSession, remove, session, signals } from './api.js';
import { stream } from './stream.js';
import { button, sentenceOf, empty, load } from './ui.js';
import { createShell } from './shell.js';
import { loadLater } from './loading.js';
import { SETUP_HASH } from './routes.js';
import { signIn } from './views/signin.js';

/** Decides what is shown: the first run, the sign-in, or the device. */

const app = document.getElementById('app');
let current = null;

function show(start) {
  current?.abort();
  current = new AbortController();
  put(app);
  start(current.signal);
}

async function begin() {
  try {
    await loadSession();
  } catch (error) {
    unreachable(error);
    return;
  }
  decide();
}

function decide() {
  stream.stop();
  if (session.passwordSet && !session.signedIn) show((signal) => signIn(app, signal, begin));
  else if (!session.configured || location.hash === SETUP_HASH) show(startSetup);
  else show(startShell);
}

function startSetup(signal) {
  load(app, signal, loadLater, (later) => {
    // It fills the place itself.
    queueMicrotask(() => !signal.aborted && later.setUp(app, signal, begin));
    return null;
  });
}

function startShell(signal) {
  createShell(app, signal, { signOut });
  stream.start();
}

async function signOut() {
  await remove('api/session');
  await begin();
}

function unreachable(error) {
  show((signal) => {
    put(
      app,
      h(
        'main',
        { class: 'boot' },
        h('h1', { class: 'unseen' }, 'RNNPool.Edge'),
        empty(
          'unplugged',
          'The device does not answer',
          `${sentenceOf(error)} The page retries automatically.`,
          button('Try now', { iconName: 'restart', onclick: begin }),
        ),
      ),
    );
    const timer = setTimeout(begin, 5000);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

signals.addEventListener('signedout', () => {
  if (session.passwordSet) {
    session.signedIn = false;
    decide();
  } else {
    begin();
  }
});

// The setup of a configured device replaces its views.
window.addEventListener('hashchange', () => {
  if (location.hash === SETUP_HASH && session.configured) decide();
});

begin();
