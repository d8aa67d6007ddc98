import { h } from './dom.js';
import { button } from './ui.js';

/** Rotation, mirror and crop of the camera, chosen on a picture of it. The fields below it stay in step and are saved as usual. */

const KEYS = { rotation: 'Camera:Rotation', mirror: 'Camera:Mirror', crop: 'Camera:Crop' };
const WIDTH = 480;
const LEAST = 0.05;

/**
 * @param {AbortSignal} signal ends it
 * @param {{key: string, element: HTMLElement}[]} fields the fields of the camera's settings
 */
export function createPictureChoice(signal, fields) {
  const controls = {};
  for (const [name, key] of Object.entries(KEYS)) {
    const control = fields.find((field) => field.key === key)?.element.querySelector('input, select');
    if (!control || control.disabled) return null;
    controls[name] = control;
    control.addEventListener('input', draw, { signal });
    control.addEventListener('change', draw, { signal });
  }

  const canvas = h('canvas', {
    class: 'picture-choice-canvas',
    width: WIDTH,
    height: 1,
    role: 'img',
    'aria-label': 'Picture of the camera',
  });
  const status = h('p', { class: 'hint', role: 'status' });
  const picture = new Image();
  let start = null;
  let url = null;

  canvas.addEventListener('pointerdown', (event) => {
    if (!picture.naturalWidth) return;
    canvas.setPointerCapture(event.pointerId);
    start = at(event);
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', (event) => start && select(start, at(event)));
  for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, () => (start = null));
  signal.addEventListener('abort', () => url && URL.revokeObjectURL(url));
  load();

  return h(
    'div',
    { class: 'picture-choice stack' },
    h('div', { class: 'picture-choice-stage' }, canvas),
    h(
      'div',
      { class: 'row' },
      button('Rotate', { onclick: () => rotate() }),
      button('Mirror', { onclick: () => mirror() }),
      button('Whole picture', { onclick: () => write(controls.crop, '') }),
      button('New picture', { onclick: () => load() }),
    ),
    status,
  );

  async function load() {
    status.textContent = 'Waiting for the picture…';
    try {
      const response = await fetch('api/cameras/preview.jpg', { cache: 'no-store', credentials: 'same-origin', signal });
      if (!response.ok) throw new Error((await response.json()).detail);
      const before = url;
      url = URL.createObjectURL(await response.blob());
      picture.src = url;
      await picture.decode();
      if (before) URL.revokeObjectURL(before);
      status.textContent = 'Draw a rectangle to use only that part of the picture. Zones are drawn on the result.';
      draw();
    } catch (error) {
      if (!signal.aborted) status.textContent = `No picture: ${error.message}`;
    }
  }

  function rotate() {
    const degrees = (rotation() + 90) % 360;
    const area = crop();
    write(controls.rotation, degrees);
    if (!area) return;

    // The part stays on the same place of the scene. A mirrored picture turns the other way.
    const [x, y] = controls.mirror.checked ? [area.y, 1 - area.x - area.w] : [1 - area.y - area.h, area.x];
    writeCrop({ x, y, w: area.h, h: area.w });
  }

  function mirror() {
    const area = crop();
    write(controls.mirror, !controls.mirror.checked);
    if (area) writeCrop({ ...area, x: 1 - area.x - area.w });
  }

  function rotation() {
    const degrees = Number(controls.rotation.value);
    return degrees % 90 === 0 ? ((degrees % 360) + 360) % 360 : 0;
  }

  function crop() {
    const numbers = controls.crop.value.split(/[\s,]+/).filter(Boolean).map(Number);
    if (numbers.length !== 4 || numbers.some((number) => !Number.isFinite(number))) return null;
    const [x, y, w, height] = numbers;
    return { x, y, w, h: height };
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const share = (value, from, size) => Math.min(1, Math.max(0, (value - from) / size));
    return { x: share(event.clientX, box.left, box.width), y: share(event.clientY, box.top, box.height) };
  }

  function select(a, b) {
    const area = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
    if (area.w >= LEAST && area.h >= LEAST) writeCrop(area);
  }

  function writeCrop({ x, y, w, h: height }) {
    const left = round(x);
    const top = round(y);
    write(controls.crop, [left, top, Math.min(round(w), round(1 - left)), Math.min(round(height), round(1 - top))].join(' '));
  }

  function write(control, value) {
    if (control.type === 'checkbox') control.checked = value;
    else control.value = String(value);
    control.dispatchEvent(new Event('input', { bubbles: true }));
    control.dispatchEvent(new Event('change', { bubbles: true }));
    draw();
  }

  function draw() {
    if (!picture.naturalWidth) return;
    const quarter = rotation() % 180 !== 0;
    const [width, height] = quarter ? [picture.naturalHeight, picture.naturalWidth] : [picture.naturalWidth, picture.naturalHeight];
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * height) / width);
    const context = canvas.getContext('2d');
    context.save();
    context.translate(canvas.width / 2, canvas.height / 2);
    if (controls.mirror.checked) context.scale(-1, 1);
    context.rotate((rotation() * Math.PI) / 180);
    const scale = canvas.width / width;
    context.drawImage(
      picture,
      (-picture.naturalWidth * scale) / 2,
      (-picture.naturalHeight * scale) / 2,
      picture.naturalWidth * scale,
      picture.naturalHeight * scale,
    );
    context.restore();
    shade(context);
  }

  function shade(context) {
    const area = crop();
    if (!area) return;
    const [x, y, w, height] = [area.x * canvas.width, area.y * canvas.height, area.w * canvas.width, area.h * canvas.height];
    context.fillStyle = 'rgb(0 0 0 / 60%)';
    context.beginPath();
    context.rect(0, 0, canvas.width, canvas.height);
    context.rect(x, y, w, height);
    context.fill('evenodd');
    context.strokeStyle = '#fff';
    context.lineWidth = 2;
    context.strokeRect(x, y, w, height);
  }
}

const round = (share) => Math.round(share * 1000) / 1000;
