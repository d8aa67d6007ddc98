/** Calls of the device's HTTP interface. */

/** The device answered, with a refusal. */
export class ApiError extends Error {
  constructor(status, message, errors, retryAfter) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    /** Sentences by the key that they are about. */
    this.errors = errors ?? {};
    /** Seconds to wait; null when the device names none. */
    this.retryAfter = retryAfter;
  }
}

/** The device did not answer. */
export class Unreachable extends Error {
  constructor() {
    super('The device does not answer.');
    this.name = 'Unreachable';
  }
}

const TIMEOUT_MS = 15000;

/** The state of this browser's session; see GET /api/session. */
export const session = { passwordSet: false, signedIn: false, loopback: false, csrfToken: null, configured: true, version: '' };

export const signals = new EventTarget();

export async function loadSession() {
  return Object.assign(session, await call('GET', 'api/session'));
}

export const get = (path, options) => call('GET', path, undefined, options);
export const post = (path, body, options) => call('POST', path, body, options);
export const put = (path, body, options) => call('PUT', path, body, options);
export const patch = (path, body, options) => call('PATCH', path, body, options);
export const remove = (path, options) => call('DELETE', path, undefined, options);

/** The status of a change with a value of an earlier session: after a restart of the device, or a sign-in in another window. */
const FORBIDDEN = 403;

/**
 * Sends a change, and sends it once more if it was refused and the session has another value now.
 * @param {string} path
 * @param {() => Promise<any>} send
 */
async function renewing(path, send) {
  const sent = session.csrfToken;
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== FORBIDDEN || path === 'api/session') throw error;
    await loadSession();
    if (!session.csrfToken || session.csrfToken === sent) throw error;
    return send();
  }
}

function call(method, path, body, options) {
  return method === 'GET' ? request(method, path, body, options) : renewing(path, () => request(method, path, body, options));
}

/**
 * @param {string} method
 * @param {string} path relative to the page
 * @param {object} [body] sent as JSON
 * @param {{timeout?: number, signal?: AbortSignal}} [options]
 */
async function request(method, path, body, options = {}) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && session.csrfToken) headers['X-CSRF-Token'] = session.csrfToken;
  const limits = [AbortSignal.timeout(options.timeout ?? TIMEOUT_MS)];
  if (options.signal) limits.push(options.signal);
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any(limits),
    });
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable();
  }
  const answer = parse(text);
  if (response.ok) return answer;
  throw refusal(response.status, answer, response.headers.get('Retry-After'), path);
}

function refusal(status, answer, retryAfter, path) {
  // These two operations use the status for a wrong password.
  if (status === 401 && path !== 'api/session' && path !== 'api/password') signals.dispatchEvent(new Event('signedout'));
  return new ApiError(
    status,
    answer?.detail ?? `The device answered with ${status}.`,
    sentences(answer?.errors),
    Number(retryAfter) || null,
  );
}

/** Problem details hold a list of sentences for each field; the page shows one text. */
function sentences(errors) {
  return errors && Object.fromEntries(Object.entries(errors).map(([key, list]) => [key, list.join(' ')]));
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/**
 * Sends a file unchanged, and reports the progress.
 * @param {string} path
 * @param {Blob} file
 * @param {(fraction: number) => void} onProgress 0 to 1
 */
export function upload(path, file, onProgress) {
  return renewing(path, () => transmit(path, file, onProgress));
}

function transmit(path, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    if (session.csrfToken) request.setRequestHeader('X-CSRF-Token', session.csrfToken);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      const answer = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(refusal(request.status, answer, request.getResponseHeader('Retry-After'), path));
    });
    request.addEventListener('error', () => reject(new Unreachable()));
    request.send(file);
  });
}
