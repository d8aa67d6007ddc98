/**
 * Reads a stream of JPEG pictures (multipart/x-mixed-replace), one at a time. An image element could show the stream too, but could
 * neither end it nor report why there is none.
 */

const HEAD_END = [13, 10, 13, 10];

/** Longest head of a part, and longest picture, in bytes; what is longer is no picture of this device. */
const MAX_HEAD = 4096;
const MAX_PICTURE = 16 * 1024 * 1024;

/**
 * @param {ReadableStream<Uint8Array>} body
 * @yields {{jpeg: Uint8Array, frame: number|null}} `frame` is the frame's number, as detections have it
 */
export async function* picturesOf(body) {
  const reader = body.getReader();
  let buffer = new Uint8Array(0);

  async function more() {
    const { done, value } = await reader.read();
    if (done) return false;
    const joined = new Uint8Array(buffer.length + value.length);
    joined.set(buffer);
    joined.set(value, buffer.length);
    buffer = joined;
    return true;
  }

  try {
    for (;;) {
      let end = indexOf(buffer, HEAD_END);
      while (end < 0) {
        if (buffer.length > MAX_HEAD || !(await more())) return;
        end = indexOf(buffer, HEAD_END);
      }
      const head = new TextDecoder().decode(buffer.subarray(0, end));
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
      const frame = /^x-frame: *(\d+)/im.exec(head);
      if (!(length > 0 && length <= MAX_PICTURE)) return;
      buffer = buffer.slice(end + HEAD_END.length);
      // The rest of a picture is read into place: joining every piece would copy the first ones again and again.
      const jpeg = new Uint8Array(length);
      let filled = 0;
      for (;;) {
        const taken = buffer.subarray(0, length - filled);
        jpeg.set(taken, filled);
        filled += taken.length;
        buffer = buffer.slice(taken.length);
        if (filled === length) break;
        if (!(await more())) return;
      }
      yield { jpeg, frame: frame ? Number(frame[1]) : null };
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function indexOf(bytes, wanted) {
  for (let i = 0; i + wanted.length <= bytes.length; i += 1) {
    let n = 0;
    while (n < wanted.length && bytes[i + n] === wanted[n]) n += 1;
    if (n === wanted.length) return i;
  }
  return -1;
}
