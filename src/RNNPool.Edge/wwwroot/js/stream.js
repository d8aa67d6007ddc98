import { loadSession, signals } from './api.js';

/**
 * One connection of server-sent events for the whole page. It is open only while the page is visible, is
 * made again when it breaks, and passes on `state`, `detections`, `event`, `gap`, `sample`, `log` and `upload`, and `connection` about
 * itself.
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

  #source = null;

  /** Position after the last event, from which the next connection resumes. */
  #lastEventId = '';
  #wanted = false;
  #log = false;
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
    if (this.#source) this.#open();
  }

  #follow() {
    const wanted = this.#wanted && document.visibilityState === 'visible';
    if (wanted && !this.#source && this.retryAt === null) this.#open();
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
    const query = new URLSearchParams();
    if (this.#log) query.set('log', '1');
    if (this.#lastEventId) query.set('lastEventId', this.#lastEventId);
    const source = new EventSource(query.size > 0 ? `api/stream?${query}` : 'api/stream');
    this.#source = source;
    source.addEventListener('open', () => this.#receive());
    source.addEventListener('error', () => this.#lose());
    for (const name of ['state', 'detections', 'event', 'gap', 'sample', 'log', 'upload']) {
      source.addEventListener(name, (message) => {
        this.#receive();
        if (message.lastEventId) this.#lastEventId = message.lastEventId;
        const detail = JSON.parse(message.data);
        if (name === 'state' || name === 'sample') this[name] = detail;
        this.dispatchEvent(new CustomEvent(name, { detail }));
      });
    }
    this.#watch();
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#silence);
  }

  #receive() {
    this.#failures = 0;
    this.#watch();
    this.#announce('open');
  }

  /** The state comes at least every 5 s; a connection that is silent for longer is dead, even if TCP has not noticed. */
  #watch() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose(), 12000);
  }

  async #lose() {
    this.#close();
    this.#failures += 1;
    const delay = Math.min(1000 * 2 ** (this.#failures - 1), 10000);
    this.retryAt = performance.now() + delay;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), delay);
    this.#announce('lost');
    try {
      // An event source does not report the status of an error; the session shows whether it was a refusal.
      const session = await loadSession();
      if (!session.signedIn && session.passwordSet) signals.dispatchEvent(new Event('signedout'));
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
