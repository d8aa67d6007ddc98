import { h, put } from './dom.js';
import { picturesOf } from './mjpeg.js';
import { button, empty } from './ui.js';

/** Narrowest picture that fills the place, of the few sizes that the device encodes for everybody. */
const WIDTHS = [320, 640, 960];

/** A stream that shows nothing for this long is begun again (ms). */
const STALL_MS = 10000;

const FIRST_DELAY = 2000;
const LONGEST_DELAY = 30000;

/**
 * The live picture. It is requested only while the page is visible. Without a picture the element shows the reason, and requests it again.
 * @param {AbortSignal} signal ends it
 * @param {{fps?: number, alt: string, layers?: Node|Node[], onFrame?: (frame: number|null) => void}} options
 */
export function createPicture(signal, { fps = 5, alt, layers = [], onFrame = () => {} }) {
  const image = h('img', { class: 'picture-image', alt, draggable: 'false' });
  const message = h('div', { class: 'picture-message' });
  const element = h('div', { class: 'picture' }, image, layers, message);
  let streaming = null;
  let timer = 0;
  let delay = FIRST_DELAY;
  let covered = null;

  function width() {
    const wanted = element.clientWidth * Math.min(window.devicePixelRatio || 1, 2);
    return WIDTHS.find((candidate) => candidate >= wanted * 0.8) ?? WIDTHS.at(-1);
  }

  async function start() {
    clearTimeout(timer);
    streaming?.abort();
    const mine = new AbortController();
    streaming = mine;
    say('Waiting for the picture…');
    let reason = 'The stream has ended. It starts again in a moment.';
    try {
      const response = await fetch(`api/live.mjpg?width=${width()}&fps=${fps}&boxes=0`, {
        cache: 'no-store',
        credentials: 'same-origin',
        signal: mine.signal,
      });
      if (response.ok) await play(response.body, mine);
      else reason = (await response.json().catch(() => null))?.detail ?? `The device answered with ${response.status}.`;
    } catch {
      reason = 'The device does not answer. The picture returns when it does.';
    }
    if (streaming !== mine) return;
    streaming = null;
    delete element.dataset.live;
    put(message, empty('camera', 'No picture', reason, button('Try again', { onclick: start })));
    show();
    timer = setTimeout(follow, delay);
    delay = Math.min(delay * 2, LONGEST_DELAY);
  }

  async function play(body, mine) {
    let watch = setTimeout(() => mine.abort(), STALL_MS);
    try {
      for await (const { jpeg, frame } of picturesOf(body)) {
        clearTimeout(watch);
        watch = setTimeout(() => mine.abort(), STALL_MS);
        const url = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
        const before = image.src;
        image.src = url;
        // A picture that cannot be decoded is skipped; the next one may be good.
        await image.decode().catch(() => {});
        if (before) URL.revokeObjectURL(before);
        if (streaming !== mine) return;
        delay = FIRST_DELAY;
        element.dataset.live = 'true';
        show();
        onFrame(frame);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  function stop() {
    clearTimeout(timer);
    const before = streaming;
    streaming = null;
    before?.abort();
  }

  function follow() {
    if (document.visibilityState !== 'visible' || signal.aborted) stop();
    else if (!streaming) start();
  }

  function say(text) {
    put(message, h('p', { role: 'status' }, text));
    show();
  }

  function show() {
    message.hidden = !covered && element.dataset.live === 'true';
  }

  document.addEventListener('visibilitychange', follow, { signal });
  signal.addEventListener('abort', () => {
    stop();
    if (image.src) URL.revokeObjectURL(image.src);
  });
  queueMicrotask(follow);

  return {
    element,
    /** Gives the place the shape of the frames before the first one is there. */
    shape(frameWidth, frameHeight) {
      if (!(frameWidth > 0 && frameHeight > 0)) return;
      element.style.aspectRatio = `${frameWidth} / ${frameHeight}`;
      element.style.maxWidth = `calc(72vh * ${frameWidth / frameHeight})`;
    },
    /** Covers the picture with a title and a sentence; null uncovers it. */
    cover(title, sentence = null) {
      const wanted = title && `${title}\n${sentence ?? ''}`;
      if (wanted === covered) return;
      covered = wanted;
      if (title) put(message, empty('camera', title, sentence));
      else put(message, h('p', { role: 'status' }, 'Waiting for the picture…'));
      show();
    },
  };
}
