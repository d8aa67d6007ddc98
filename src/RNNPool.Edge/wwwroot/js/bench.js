import { h, put, setText, svg } from './dom.js';
import { get, post } from './api.js';
import { capital, number } from './format.js';

/** The parts on the bench and what they show: displays, lights, servos, sensors. Simulated inputs can be operated here. */

const REFRESH_MS = 1000;

const VIEWS = [
  ['pixels', pixels],
  ['lines', lines],
  ['colors', colors],
  ['angles', angles],
];

/**
 * A card that is hidden while no part is configured.
 * @param {AbortSignal} signal ends it
 * @param {Promise<void>} settled when the first request may be made
 */
export function createBench(signal, settled) {
  const list = h('ul', { class: 'bench' });
  const element = h(
    'section',
    { class: 'card', hidden: true, 'aria-labelledby': 'bench-title' },
    h('div', { class: 'card-head' }, h('h2', { id: 'bench-title' }, 'Bench')),
    list,
  );
  const parts = new Map();

  const refresh = async () => {
    if (document.hidden) return;
    const reports = await get('api/parts', { signal });
    element.hidden = reports.length === 0;
    for (const report of reports) {
      if (!parts.has(report.name)) {
        parts.set(report.name, createPart(report));
        list.append(parts.get(report.name).element);
      }
      parts.get(report.name).show(report);
    }
  };
  // Without an answer the page already shows that the device does not answer; the next refresh tries again.
  settled.then(() => {
    if (signal.aborted) return;
    const timer = setInterval(() => refresh().catch(() => {}), REFRESH_MS);
    refresh().catch(() => {});
    signal.addEventListener('abort', () => clearInterval(timer));
  });
  return element;
}

function createPart(report) {
  const text = h('p', { class: 'bench-text' });
  const failure = h('p', { class: 'bench-failure' });
  const face = h('div', { class: 'bench-face' });
  const element = h(
    'li',
    { class: 'bench-part', dataset: { part: report.name } },
    h(
      'div',
      { class: 'bench-name' },
      h('h3', null, title(report.name)),
      report.simulated ? h('span', { class: 'tag' }, 'simulated') : null,
    ),
    face,
    text,
    failure,
    report.simulated ? input(report, (error) => setText(failure, error.message)) : null,
  );
  return {
    element,
    show({ view, failure: reason }) {
      element.dataset.tone = reason ? 'bad' : view.on ? 'on' : 'plain';
      const found = VIEWS.find(([key]) => view[key] !== null && view[key] !== undefined);
      if (found) found[1](face, view[found[0]]);
      const value = view.value === null || view.value === undefined ? null : `${number(view.value, 1)} ${view.unit ?? ''}`.trim();
      setText(text, [value, view.text].filter(Boolean).join(' · '));
      setText(failure, reason ?? '');
    },
  };
}

/** `status-light` as "Status light"; short names such as `oled` are abbreviations. */
function title(name) {
  if (name.length <= 4) return name.toUpperCase();
  return capital(name.replaceAll('-', ' '));
}

function input({ name, view }, failed) {
  const feed = (value) => post(`api/parts/${name}`, { value }).catch(failed);
  if (view.feed === 'level') {
    return h(
      'button',
      {
        type: 'button',
        class: 'button brief',
        onpointerdown: () => feed(1),
        onpointerup: () => feed(0),
        onpointerleave: (event) => event.buttons && feed(0),
      },
      'Press and hold',
    );
  }
  if (view.feed === 'quantity') {
    return h('input', {
      type: 'range',
      min: '0',
      max: '500',
      step: '1',
      value: String(view.value ?? 0),
      'aria-label': title(name),
      oninput: (event) => feed(Number(event.target.value)),
    });
  }
  return null;
}

function pixels(face, { width, height, bits }) {
  let canvas = face.querySelector('canvas');
  if (!canvas) {
    canvas = h('canvas', { class: 'bench-oled', width: String(width), height: String(height), role: 'img', 'aria-label': 'Display' });
    put(face, canvas);
  }
  const bytes = Uint8Array.from(atob(bits), (letter) => letter.charCodeAt(0));
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  const stride = Math.ceil(width / 8);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const lit = bytes[y * stride + (x >> 3)] & (0x80 >> (x & 7));
      image.data.set(lit ? [190, 226, 255, 255] : [6, 10, 18, 255], (y * width + x) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}

function lines(face, texts) {
  let screen = face.querySelector('pre');
  if (!screen) {
    screen = h('pre', { class: 'bench-lcd' });
    put(face, screen);
  }
  setText(screen, texts.join('\n'));
}

/** The colour on a screen: an LED's light is linear in its value, a screen's is not. */
function glow(color) {
  if (color === '#000000') return '#2a2f38';
  const values = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  return `rgb(${values.map((value) => Math.round(255 * value ** (1 / 2.2))).join(' ')})`;
}

function colors(face, list) {
  const size = 120;
  if (face.dataset.leds !== String(list.length)) {
    face.dataset.leds = String(list.length);
    const leds = list.map((_, index) => {
      const angle = (index / list.length) * 2 * Math.PI - Math.PI / 2;
      return svg('circle', { cx: size / 2 + 44 * Math.cos(angle), cy: size / 2 + 44 * Math.sin(angle), r: Math.min(9, 120 / list.length) });
    });
    put(face, svg('svg', { class: 'bench-ring', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': 'Lights' }, leds));
  }
  face.querySelectorAll('circle').forEach((led, index) => led.setAttribute('fill', glow(list[index])));
}

function angles(face, [pan, tilt]) {
  if (!face.querySelector('svg')) {
    put(
      face,
      svg(
        'svg',
        { class: 'bench-servo', viewBox: '-60 -60 120 120', role: 'img', 'aria-label': 'Direction' },
        svg('rect', { x: -50, y: -50, width: 100, height: 100, rx: 8 }),
        svg('line', { x1: -50, y1: 0, x2: 50, y2: 0 }),
        svg('line', { x1: 0, y1: -50, x2: 0, y2: 50 }),
        svg('circle', { r: 7 }),
      ),
    );
  }
  const dot = face.querySelector('circle');
  dot.setAttribute('cx', (pan / 90) * 50);
  dot.setAttribute('cy', (-tilt / 90) * 50);
}
