import { h, put, setText } from './dom.js';
import { button, empty } from './ui.js';

/** Narrowest picture that fills the place, of the few sizes that the device encodes for everybody. */
const WIDTHS = [320, 640, 960];

/**
 * The moving picture. It is asked for only while the page is visible and the picture is in it; when the device has none, it says why and asks again.
 * @param {AbortSignal} signal ends it
 * @param {{fps?: number, source?: string, alt: string}} options `source` is another address, for stills that are renewed every second
 */
export function createPicture(signal, { fps = 5, alt, layers = [] }) {
  const image = h('img', { class: 'picture-image', alt, draggable: 'false' });
  const message = h('div', { class: 'picture-message' });
  const element = h('div', { class: 'picture' }, image, layers, message);
  let timer = 0;
  let running = false;
  let delay = 2000;

  function width() {
    const wanted = element.clientWidth * Math.min(window.devicePixelRatio || 1, 2);
    return WIDTHS.find((candidate) => candidate >= wanted * 0.8) ?? WIDTHS.at(-1);
  }

  function start() {
    clearTimeout(timer);
    running = true;
    say('Waiting for the picture…');
    // The number keeps browsers from joining a stream that they have just left.
    image.src = `api/live.mjpg?width=${width()}&fps=${fps}&boxes=0&t=${Date.now()}`;
  }

  function stop() {
    clearTimeout(timer);
    running = false;
    image.removeAttribute('src');
  }

  function follow() {
    const wanted = document.visibilityState === 'visible' && !signal.aborted;
    if (wanted && !running) start();
    if (!wanted && running) stop();
  }

  function say(text) {
    put(message, h('p', { role: 'status' }, text));
    message.hidden = false;
  }

  image.addEventListener('load', () => {
    if (!running) return;
    delay = 2000;
    message.hidden = true;
    element.dataset.live = 'true';
  });
  image.addEventListener('error', async () => {
    if (!running) return;
    stop();
    delete element.dataset.live;
    const reason = await why();
    if (signal.aborted) return;
    put(message, empty('camera', 'No picture', reason, button('Try again', { onclick: start })));
    message.hidden = false;
    timer = setTimeout(follow, delay);
    delay = Math.min(delay * 2, 30000);
  });
  document.addEventListener('visibilitychange', follow, { signal });
  signal.addEventListener('abort', stop);
  queueMicrotask(follow);

  return {
    element,
    image,
    /** Gives the place the shape of the frames before the first one is there. */
    shape(frameWidth, frameHeight) {
      if (!(frameWidth > 0 && frameHeight > 0)) return;
      element.style.aspectRatio = `${frameWidth} / ${frameHeight}`;
      element.style.maxWidth = `calc(72vh * ${frameWidth / frameHeight})`;
    },
    /** Covers the picture with a sentence; null uncovers it. */
    cover(sentence) {
      if (sentence) {
        element.dataset.covered = 'true';
        if (message.hidden || message.dataset.cover !== sentence) put(message, empty('camera', sentence));
        message.dataset.cover = sentence;
        message.hidden = false;
      } else if (element.dataset.covered) {
        delete element.dataset.covered;
        delete message.dataset.cover;
        message.hidden = element.dataset.live === 'true';
        if (!message.hidden) setText(put(message, h('p', { role: 'status' })).firstChild, 'Waiting for the picture…');
      }
    },
  };
}

/** An image that fails does not say why; the same question by other means does. */
async function why() {
  try {
    const response = await fetch('api/live.jpg', { cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout(10000) });
    if (response.ok) return 'The stream has ended. It starts again in a moment.';
    return (await response.json()).error ?? `The device answered with ${response.status}.`;
  } catch {
    return 'The device does not answer. The picture comes back with it.';
  }
}
