import { h, setText } from './dom.js';

/** A line over the last minutes on a canvas, with a cursor for pointer and keyboard. */

const SPAN_MS = 15 * 60 * 1000;
const LEFT = 44;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 20;
const GAP_MS = 5000;
const BUCKET_PIXELS = 4;

export class Chart {
  #samples = [];
  #canvas;
  #value;
  #range;
  #cursor = null;
  #options;

  /**
   * @param {{title: string, read: (sample: object) => number|null, show: (value: number) => string, floor?: number, step?: boolean}}
   * options `floor` is the least upper end of the scale
   */
  constructor(options, signal) {
    this.#options = options;
    this.#value = h('span', { class: 'chart-value' }, '–');
    this.#range = h('p', { class: 'chart-range' });
    this.#canvas = h('canvas', { class: 'chart-canvas', tabindex: 0, role: 'img', 'aria-label': options.title });
    this.element = h(
      'figure',
      { class: 'card chart' },
      h('figcaption', { class: 'chart-head' }, h('h2', null, options.title), this.#value),
      this.#range,
      this.#canvas,
    );
    const observer = new ResizeObserver(() => this.draw());
    observer.observe(this.#canvas);
    signal.addEventListener('abort', () => observer.disconnect());
    document.addEventListener('themechange', () => this.draw(), { signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(), { signal });
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event.offsetX));
    this.#canvas.addEventListener('pointerleave', () => this.#unpoint());
    this.#canvas.addEventListener('blur', () => this.#unpoint());
    this.#canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param {object[]} samples oldest first, each with a `time` */
  set(samples) {
    this.#samples = samples;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    const c = this.#canvas.getContext('2d');
    const style = getComputedStyle(this.#canvas);
    const colour = (name) => style.getPropertyValue(name).trim();
    c.scale(ratio, ratio);
    c.font = '12px system-ui, sans-serif';
    const points = this.#points();
    const values = points.map((point) => point.value).filter((value) => value !== null);
    this.#tell(points, values);
    const top = niceTop(Math.max(this.#options.floor ?? 1, ...values));
    const now = points.at(-1)?.time ?? Date.now();
    const x = (time) => LEFT + (width - LEFT - RIGHT) * (1 - (now - time) / SPAN_MS);
    const y = (value) => TOP + (height - TOP - BOTTOM) * (1 - value / top);
    this.#grid(c, width, height, top, x, y, now, colour);
    this.#line(c, points, x, y, colour('--series'), y(0));
    if (this.#cursor !== null && points[this.#cursor]) this.#mark(c, points[this.#cursor], x, y, height, colour);
  }

  #points() {
    return this.#samples.map((sample) => ({ time: Date.parse(sample.time), value: this.#options.read(sample) ?? null }));
  }

  #grid(c, width, height, top, x, y, now, colour) {
    c.strokeStyle = colour('--grid');
    c.fillStyle = colour('--muted');
    c.lineWidth = 1;
    c.textBaseline = 'middle';
    c.textAlign = 'right';
    for (const part of [0, 0.5, 1]) {
      const at = Math.round(y(top * part)) + 0.5;
      c.beginPath();
      c.moveTo(LEFT, at);
      c.lineTo(width - RIGHT, at);
      c.stroke();
      c.fillText(tick(top * part), LEFT - 8, at);
    }
    c.textBaseline = 'alphabetic';
    for (const minutes of [15, 10, 5, 0]) {
      c.textAlign = minutes === 15 ? 'left' : minutes === 0 ? 'right' : 'center';
      c.fillText(minutes === 0 ? 'now' : `${minutes} min`, x(now - minutes * 60000), height - 4);
    }
  }

  /** The mean of every few pixels as a line, on a band from their least to their greatest: single samples are noise at this size. */
  #line(c, points, x, y, colour, base) {
    c.strokeStyle = colour;
    c.fillStyle = colour;
    c.lineWidth = 1.75;
    c.lineJoin = 'round';
    for (const run of runsOf(points)) {
      const buckets = bucketsOf(run, x);
      c.globalAlpha = 0.08;
      this.#area(
        c,
        buckets,
        (bucket) => y(bucket.mean),
        () => base,
      );
      c.globalAlpha = 0.22;
      this.#area(
        c,
        buckets,
        (bucket) => y(bucket.most),
        (bucket) => y(bucket.least),
      );
      c.globalAlpha = 1;
      c.beginPath();
      for (const bucket of buckets) c.lineTo(bucket.x, y(bucket.mean));
      c.stroke();
    }
  }

  #area(c, buckets, upper, lower) {
    c.beginPath();
    for (const bucket of buckets) c.lineTo(bucket.x, upper(bucket));
    for (const bucket of buckets.toReversed()) c.lineTo(bucket.x, lower(bucket));
    c.fill();
  }

  #mark(c, point, x, y, height, colour) {
    const at = x(point.time);
    c.strokeStyle = colour('--line-strong');
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(at, TOP);
    c.lineTo(at, height - BOTTOM);
    c.stroke();
    if (point.value === null) return;
    c.fillStyle = colour('--surface');
    c.strokeStyle = colour('--series');
    c.lineWidth = 2;
    c.beginPath();
    c.arc(at, y(point.value), 4, 0, 2 * Math.PI);
    c.fill();
    c.stroke();
  }

  #tell(points, values) {
    const { show, title } = this.#options;
    const chosen = this.#cursor === null ? points.at(-1) : points[this.#cursor];
    setText(this.#value, chosen && chosen.value !== null ? show(chosen.value) : '–');
    if (values.length === 0) {
      setText(this.#range, 'Nothing measured yet');
      this.#canvas.setAttribute('aria-label', `${title}: nothing measured yet`);
      return;
    }
    const sorted = values.toSorted((a, b) => a - b);
    const summary = `${show(sorted[0])} to ${show(sorted.at(-1))}, median ${show(sorted[Math.floor(sorted.length / 2)])}`;
    setText(this.#range, this.#cursor === null ? summary : new Date(chosen.time).toLocaleTimeString('en-GB'));
    const last = points.findLast((point) => point.value !== null);
    this.#canvas.setAttribute('aria-label', `${title}, last 15 minutes: now ${show(last.value)}, ${summary}`);
  }

  #point(offset) {
    const points = this.#points();
    if (points.length === 0) return;
    const width = this.#canvas.clientWidth - LEFT - RIGHT;
    const time = points.at(-1).time - (1 - (offset - LEFT) / width) * SPAN_MS;
    this.#cursor = points.reduce((best, point, i) => (Math.abs(point.time - time) < Math.abs(points[best].time - time) ? i : best), 0);
    this.draw();
  }

  #unpoint() {
    this.#cursor = null;
    this.draw();
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (!step || this.#samples.length === 0) return;
    event.preventDefault();
    const last = this.#samples.length - 1;
    this.#cursor = Math.min(last, Math.max(0, (this.#cursor ?? last) + step));
    this.draw();
  }
}

/** A gap in time, or a value that is not known, is a gap in the line. */
function runsOf(points) {
  const runs = [];
  let before = null;
  for (const point of points) {
    if (point.value !== null) {
      if (before === null || point.time - before.time > GAP_MS) runs.push([]);
      runs.at(-1).push(point);
    }
    before = point.value === null ? null : point;
  }
  return runs;
}

function bucketsOf(run, x) {
  const buckets = [];
  for (const { time, value } of run) {
    const at = x(time);
    const last = buckets.at(-1);
    if (last && at - last.first < BUCKET_PIXELS) {
      last.sum += value;
      last.n += 1;
      last.mean = last.sum / last.n;
      last.least = Math.min(last.least, value);
      last.most = Math.max(last.most, value);
      last.x = (last.first + at) / 2;
    } else {
      buckets.push({ first: at, x: at, sum: value, n: 1, mean: value, least: value, most: value });
    }
  }
  return buckets;
}

/** The next round number. */
function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((candidate) => candidate >= value * 0.999);
}

const tick = (value) => (value >= 10000 ? `${value / 1000}k` : String(Number(value.toPrecision(3))));
