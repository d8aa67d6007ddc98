import { h, put } from './dom.js';
import { stream } from './stream.js';
import { button, empty } from './ui.js';

/** The few widths that the device encodes for all viewers. The first picture has the least, so that it comes soon on a slow link. */
const WIDTHS = [320, 640, 960];

/** A transfer of a picture that takes longer makes the next ones narrower (ms). */
const SLOW_MS = 1500;

/** A wider picture is requested if it is expected to take less (ms). */
const FAST_MS = 700;

/** Pictures that do not come for this long are requested again (ms). */
const STALL_MS = 10000;

const FIRST_DELAY = 2000;
const LONGEST_DELAY = 30000;

/**
 * The live picture. It comes over the connection of the window, and is as wide as its place and the link allow. Without a picture the
 * element shows the reason, and requests it again.
 * @param {AbortSignal} signal ends it
 * @param {{fps?: number, alt: string, camera?: string, layers?: Node|Node[], onFrame?: (frame: number|null) => void}} options
 * `camera`: undefined for the main one
 */
export function createPicture(signal, { fps = 5, alt, camera, layers = [], onFrame = () => {} }) {
  const image = h('img', { class: 'picture-image', alt, draggable: 'false' });
  const message = h('div', { class: 'picture-message' });
  const element = h('div', { class: 'picture' }, image, layers, message);
  const receiver = { picture: showPicture, refused: showReason };
  let at = 0;
  let timer = 0;
  let delay = FIRST_DELAY;
  let covered = null;
  let settle = null;
  const settled = new Promise((resolve) => {
    settle = resolve;
  });

  function request() {
    if (signal.aborted) return;
    stream.watchPictures({ width: WIDTHS[at], fps, camera }, receiver);
    watch();
  }

  /** The connection reports by itself that the device does not answer. */
  function watch() {
    clearTimeout(timer);
    if (stream.connection !== 'open') return;
    timer = setTimeout(() => showReason(`No picture has come for ${STALL_MS / 1000} s. It is requested again.`), STALL_MS);
  }

  async function showPicture(jpeg, frame, took) {
    const url = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
    const before = image.src;
    image.src = url;
    // A picture that cannot be decoded is skipped; the next one may be good.
    await image.decode().catch(() => {});
    if (before) URL.revokeObjectURL(before);
    // The connection may have ended while the picture was decoded; then the reason stays in view.
    if (signal.aborted || stream.connection !== 'open') return;
    delay = FIRST_DELAY;
    element.dataset.live = 'true';
    show();
    onFrame(frame);
    settle();
    watch();
    adapt(took);
  }

  /** Chooses the width of the next pictures. */
  function adapt(took) {
    const wanted = element.clientWidth * Math.min(window.devicePixelRatio || 1, 2) * 0.8;
    const fits = WIDTHS.findIndex((candidate) => candidate >= wanted);
    const most = fits < 0 ? WIDTHS.length - 1 : fits;
    const before = at;
    if (at > most || (took > SLOW_MS && at > 0)) at -= 1;
    else if (at < most && took * (WIDTHS[at + 1] / WIDTHS[at]) ** 2 < FAST_MS) at += 1;
    if (at !== before) request();
  }

  function showReason(reason) {
    clearTimeout(timer);
    delete element.dataset.live;
    if (!covered) put(message, empty('camera', 'No picture', reason, button('Try again', { onclick: request })));
    show();
    settle();
    timer = setTimeout(request, delay);
    delay = Math.min(delay * 2, LONGEST_DELAY);
  }

  function follow() {
    // A connection that is made again continues with the last request.
    watch();
    if (stream.connection === 'open' && !covered && element.dataset.live !== 'true') say('Waiting for the picture…');
    if (stream.connection === 'lost') {
      delete element.dataset.live;
      if (!covered) put(message, empty('camera', 'No picture', 'The device does not answer. The picture returns when it does.'));
      show();
      settle();
    }
  }

  function say(text) {
    put(message, h('p', { role: 'status' }, text));
    show();
  }

  function show() {
    message.hidden = !covered && element.dataset.live === 'true';
  }

  stream.addEventListener('connection', follow, { signal });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    stream.leavePictures(receiver);
    if (image.src) URL.revokeObjectURL(image.src);
  });
  say('Waiting for the picture…');
  request();

  return {
    element,
    /** Resolves when the first picture is shown, or the reason why there is none. */
    settled,
    /** Gives the place the shape of the frames before the first one is there. */
    shape(frameWidth, frameHeight) {
      if (!(frameWidth > 0 && frameHeight > 0)) return;
      element.style.aspectRatio = `${frameWidth} / ${frameHeight}`;
      element.style.maxWidth = `calc(72vh * ${frameWidth / frameHeight})`;
    },
    /** Shows another camera; undefined for the main one. */
    choose(name) {
      camera = name;
      delay = FIRST_DELAY;
      delete element.dataset.live;
      if (!covered) say('Waiting for the picture…');
      request();
    },
    /** Covers the picture with a title and a sentence; null uncovers it. */
    cover(title, sentence = null) {
      const wanted = title && `${title}\n${sentence ?? ''}`;
      if (wanted === covered) return;
      covered = wanted;
      if (title) put(message, empty('camera', title, sentence));
      else say('Waiting for the picture…');
      show();
      if (covered) settle();
    },
  };
}
