/**
 * The connection of a window to the device: state, events and pictures over one WebSocket. Where a WebSocket cannot be opened, such as
 * behind a proxy that does not forward it, server-sent events take its place, and pictures are requested one by one.
 *
 * @typedef {object} Receiver
 * @property {() => void} open the connection is made
 * @property {(name: string, data: object, id: string|null) => void} message see GET /api/stream
 * @property {(jpeg: BlobPart, frame: number|null, took: number) => Promise<void>} picture `took`: duration of the transfer (ms); the next
 * picture comes after the promise
 * @property {(reason: string) => void} refused there are no pictures until they are requested again
 * @property {() => void} lost the connection has ended or was not made
 *
 * @typedef {{close: () => void, log: (wanted: boolean) => void, pictures: (wish: Wish|null) => void}} Link
 *
 * @typedef {{width: number, fps: number, camera: string|undefined}} Wish `camera` sends pictures and detections; undefined: the main one
 */

/** Bytes before a picture: its frame (64 bits), and how long (ms, 32 bits) the device waited for it. */
const HEAD = 12;

const NAMES = ['state', 'detections', 'event', 'gap', 'sample', 'log', 'upload'];

/**
 * @param {string} lastEventId position from which events are sent again; empty for none
 * @param {Receiver} on
 * @returns {Link}
 */
export function openSocket(lastEventId, on) {
  const address = new URL('api/socket', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  if (lastEventId) address.searchParams.set('lastEventId', lastEventId);
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  let closed = false;
  let requested = performance.now();

  const send = (request) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(request));

  async function show(data) {
    const head = new DataView(data, 0, HEAD);
    const took = performance.now() - requested - head.getUint32(8);
    await on.picture(new Uint8Array(data, HEAD), Number(head.getBigUint64(0)), Math.max(0, took));
    requested = performance.now();
    send({ shown: true });
  }

  socket.addEventListener('open', () => !closed && on.open());
  socket.addEventListener('close', () => !closed && on.lost());
  socket.addEventListener('message', ({ data }) => {
    if (closed) return;
    if (typeof data !== 'string') {
      show(data);
      return;
    }
    const { event, data: json, id = null } = fieldsOf(data);
    if (event === 'refusal') on.refused(JSON.parse(json).message);
    else on.message(event, json && JSON.parse(json), id);
  });
  return {
    close() {
      closed = true;
      socket.close();
    },
    log: (wanted) => send({ log: wanted }),
    pictures(wish) {
      requested = performance.now();
      send(wish ?? { fps: 0 });
    },
  };
}

/** The lines of a server-sent event, `name: value`, as an object. */
function fieldsOf(text) {
  const lines = text.split('\n').filter((line) => line.includes(': '));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
}

/** The same without a WebSocket; its messages always include the log. */
export function openEvents(lastEventId, on) {
  let source = null;
  let camera;
  let polling = null;

  function open() {
    const query = new URLSearchParams({ log: '1', ...(lastEventId && { lastEventId }), ...(camera !== undefined && { camera }) });
    source?.close();
    source = new EventSource(`api/stream?${query}`);
    source.addEventListener('open', () => on.open());
    source.addEventListener('error', () => on.lost());
    for (const name of NAMES)
      source.addEventListener(name, (message) => {
        lastEventId = message.lastEventId || lastEventId;
        on.message(name, JSON.parse(message.data), message.lastEventId || null);
      });
  }

  open();
  return {
    close() {
      polling?.abort();
      source.close();
    },
    log() {},
    pictures(wish) {
      polling?.abort();
      polling = new AbortController();
      if (!wish) return;
      if (wish.camera !== camera) {
        camera = wish.camera;
        open();
      }
      poll(wish, polling.signal, on);
    },
  };
}

async function poll({ width, fps, camera }, signal, on) {
  const query = new URLSearchParams({ width, fps, ...(camera !== undefined && { camera }) });
  while (!signal.aborted) {
    const begun = performance.now();
    try {
      const response = await fetch(`api/live.jpg?${query}`, { cache: 'no-store', credentials: 'same-origin', signal });
      if (!response.ok) {
        const problem = await response.json().catch(() => null);
        throw new Error(problem?.detail ?? `The device answered with ${response.status}.`);
      }
      const answered = performance.now();
      const jpeg = await response.arrayBuffer();
      await on.picture(jpeg, Number(response.headers.get('X-Frame')) || null, performance.now() - answered);
    } catch (error) {
      if (!signal.aborted) on.refused(error.message);
      return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, begun + 1000 / fps - performance.now()));
    });
  }
}
