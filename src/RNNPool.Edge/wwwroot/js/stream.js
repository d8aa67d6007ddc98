import { loadSession, signals } from './api.js';
import { openEvents, openSocket } from './link.js';

/** Failures of the WebSocket, while the device answers other requests, after which the page does without one. */
const SOCKET_FAILURES = 2;

/** The state comes at least every 5 s; a connection that is silent for longer is dead, even if TCP has not noticed (ms). */
const SILENCE_MS = 12000;

/**
 * The one connection of this window. It is open only while the page is visible, is made again when it breaks, and passes on `state`,
 * `detections`, `event`, `gap`, `sample`, `log` and `upload`, `connection` about itself, and pictures to one receiver.
 */
class DeviceStream extends EventTarget {
  /** `connecting`, `open`, `lost` or `closed`. */
  connection = 'closed';

  /** The last `state`; null before the first. */
  state = null;

  /** The last `sample`; null before the first. */
  sample = null;

  /** Time (ms, of performance.now) at which the next attempt is made; null when none is planned. */
  retryAt = null;

  #link = null;
  #connect = openSocket;
  #socketFailures = 0;

  /** Position after the last event, from which the next connection resumes. */
  #lastEventId = '';
  #wanted = false;
  #log = false;
  #wish = null;
  #receiver = null;
  #failures = 0;
  #retry = 0;
  #silence = 0;

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => this.#follow());
  }

  /** Connects, and stays connected until `stop`. */
  start() {
    this.#wanted = true;
    this.#follow();
  }

  stop() {
    this.#wanted = false;
    this.#follow();
  }

  /** Tries at once. */
  retryNow() {
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Whether lines of the log are wanted too. */
  wantLog(wanted) {
    if (this.#log === wanted) return;
    this.#log = wanted;
    if (this.connection === 'open') this.#link.log(wanted);
  }

  /**
   * Requests pictures in place of those of the last call.
   * @param {{width: number, fps: number, camera: string|undefined}} wish
   * @param {{picture: (jpeg: BlobPart, frame: number|null, took: number) => Promise<void>, refused: (reason: string) => void}} receiver
   */
  watchPictures(wish, receiver) {
    this.#wish = wish;
    this.#receiver = receiver;
    if (this.connection === 'open') this.#link.pictures(this.#named(wish));
  }

  /** Ends the pictures unless another receiver has requested some. */
  leavePictures(receiver) {
    if (this.#receiver !== receiver) return;
    this.#wish = null;
    this.#receiver = null;
    if (this.connection === 'open') this.#link.pictures(null);
  }

  /** The connection stays with the last camera until it is asked for another one by name, also for the main one. */
  #named(wish) {
    return { ...wish, camera: wish.camera ?? this.state?.cameras?.[0].camera.name };
  }

  #follow() {
    const wanted = this.#wanted && document.visibilityState === 'visible';
    if (wanted && !this.#link && this.retryAt === null) this.#open();
    if (!wanted) {
      this.#close();
      clearTimeout(this.#retry);
      this.retryAt = null;
      this.#announce('closed');
    }
  }

  #open() {
    this.#close();
    this.retryAt = null;
    if (this.connection !== 'lost') this.#announce('connecting');
    this.#link = this.#connect(this.#lastEventId, {
      open: () => this.#begin(),
      lost: () => this.#lose(),
      message: (name, data, id) => this.#receive(name, data, id),
      picture: async (jpeg, frame, took) => {
        this.#watch();
        await this.#receiver?.picture(jpeg, frame, took);
      },
      refused: (reason) => this.#receiver?.refused(reason),
    });
    this.#watch();
  }

  #close() {
    this.#link?.close();
    this.#link = null;
    clearTimeout(this.#silence);
  }

  #begin() {
    this.#failures = 0;
    this.#socketFailures = 0;
    this.#announce('open');
    if (this.#log) this.#link.log(true);
    if (this.#wish) this.#link.pictures(this.#named(this.#wish));
  }

  #receive(name, detail, id) {
    this.#watch();
    if (id) this.#lastEventId = id;
    if (!name) return;
    if (name === 'state' || name === 'sample') this[name] = detail;
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #watch() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose(), SILENCE_MS);
  }

  async #lose() {
    const opened = this.connection === 'open';
    this.#close();
    this.#failures += 1;
    const delay = Math.min(1000 * 2 ** (this.#failures - 1), 10000);
    this.retryAt = performance.now() + delay;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), delay);
    this.#announce('lost');
    try {
      // A connection that fails does not report a status; the session shows whether it was a refusal.
      const session = await loadSession();
      if (!session.signedIn && session.passwordSet) signals.dispatchEvent(new Event('signedout'));
      else if (!opened && (this.#socketFailures += 1) >= SOCKET_FAILURES) this.#connect = openEvents;
    } catch {
      // The device is not reachable; the scheduled attempt follows.
    }
  }

  #announce(connection) {
    if (this.connection === connection && connection !== 'lost') return;
    this.connection = connection;
    this.dispatchEvent(new Event('connection'));
  }
}

export const stream = new DeviceStream();

/** Listens until `signal` is aborted; calls at once with what is known when there is something. */
export function follow(name, signal, listener) {
  stream.addEventListener(name, (event) => listener(event.detail), { signal });
  if ((name === 'state' || name === 'sample') && stream[name]) listener(stream[name]);
}
