import { put, svg } from './dom.js';

/**
 * Polygons over a picture, edited by mouse, touch and keyboard. Corners are in fractions of the picture. Every corner can be focused:
 * arrows move it,
 * Insert or + adds one after it, Delete removes it. Between two corners lies a small handle that becomes a corner when it is dragged.
 */
const STEP = 0.005;
const LARGE_STEP = 0.05;
const FEWEST = 3;
const MOST = 32;

export class PolygonEditor extends EventTarget {
  /** @type {{kind: string, name: string, points: [number, number][]}[]} */
  shapes = [];

  /** Number of the chosen shape; -1 when none is. */
  selected = -1;

  #root;
  #svg;
  #corner = 0;
  #drag = null;

  /** @param {HTMLElement} background what the polygons are drawn on; it is positioned, and becomes their parent */
  constructor(background, signal) {
    super();
    this.#svg = svg('svg', { class: 'polygons', role: 'group', 'aria-label': 'Corners of the chosen zone' });
    this.#root = background;
    background.append(this.#svg);
    const observer = new ResizeObserver(() => this.render());
    observer.observe(this.#root);
    signal.addEventListener('abort', () => observer.disconnect());
    this.#svg.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel']) this.#svg.addEventListener(name, (event) => this.#drop(event));
    this.#svg.addEventListener('pointerdown', (event) => {
      if (event.target === this.#svg) this.select(-1);
    });
  }

  get element() {
    return this.#root;
  }

  select(index, corner = 0) {
    this.selected = index;
    this.#corner = corner;
    this.render();
    this.dispatchEvent(new Event('select'));
  }

  /** Adds a corner halfway to the next one and focuses it. */
  addCorner(after = this.#corner, focus = true) {
    const shape = this.shapes[this.selected];
    if (!shape || shape.points.length >= MOST) return;
    const [x, y] = shape.points[after];
    const [nextX, nextY] = shape.points[(after + 1) % shape.points.length];
    this.#before();
    shape.points.splice(after + 1, 0, [round((x + nextX) / 2), round((y + nextY) / 2)]);
    this.#corner = after + 1;
    this.#changed();
    this.render(focus);
  }

  removeCorner(index = this.#corner) {
    const shape = this.shapes[this.selected];
    if (!shape || shape.points.length <= FEWEST) return;
    this.#before();
    shape.points.splice(index, 1);
    this.#corner = Math.min(index, shape.points.length - 1);
    this.#changed();
    this.render(true);
  }

  render(focusCorner = false) {
    const focused = focusCorner || this.#svg.contains(document.activeElement);
    const { clientWidth: width, clientHeight: height } = this.#root;
    this.#svg.setAttribute('viewBox', `0 0 ${Math.max(width, 1)} ${Math.max(height, 1)}`);
    const shape = this.shapes[this.selected];
    put(
      this.#svg,
      this.shapes.map((other, index) => this.#outline(other, index, width, height)),
      shape?.minHeight > 0 && leastBox(shape, width, height),
      shape && this.#handles(shape, width, height),
    );
    if (focused) this.#svg.querySelector(`.corner[data-index="${this.#corner}"]`)?.focus({ preventScroll: true });
  }

  #outline(shape, index, width, height) {
    const points = shape.points.map(([x, y]) => `${x * width},${y * height}`).join(' ');
    const chosen = index === this.selected;
    const top = shape.points.reduce((best, point) => (point[1] < best[1] ? point : best));
    const middle = [0, 1].map((axis) => shape.points.reduce((sum, point) => sum + point[axis], 0) / shape.points.length);
    const [nameX, nameY] =
      shape.kind === 'mask'
        ? [middle[0] * width - 22, middle[1] * height + 5]
        : [Math.min(Math.max(top[0] * width, 8), width - 60), Math.max(top[1] * height - 10, 16)];
    return svg(
      'g',
      { class: `shape ${shape.kind} ${chosen ? 'chosen' : ''}` },
      svg('polygon', { class: 'shape-under', points }),
      svg('polygon', { class: 'shape-area', points, onpointerdown: (event) => this.#grab(event, { kind: 'shape', index }) }),
      svg(
        'text',
        { class: 'shape-name', x: nameX, y: nameY, 'aria-hidden': 'true' },
        shape.name || (shape.kind === 'mask' ? 'mask' : 'zone'),
      ),
    );
  }

  #handles(shape, width, height) {
    const { points } = shape;
    const between =
      points.length < MOST
        ? points.map(([x, y], index) => {
            const [nextX, nextY] = points[(index + 1) % points.length];
            return this.#handle('between', ((x + nextX) / 2) * width, ((y + nextY) / 2) * height, index, 5, { 'aria-hidden': 'true' });
          })
        : [];
    const corners = points.map(([x, y], index) =>
      this.#handle('corner', x * width, y * height, index, 8, {
        tabindex: 0,
        role: 'slider',
        'aria-label': `Corner ${index + 1} of ${points.length} of ${shape.name || shape.kind}`,
        'aria-describedby': 'editor-keys',
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-valuenow': Math.round(x * 100),
        'aria-valuetext': where(x, y),
        onkeydown: (event) => this.#key(event, index),
        onfocus: () => {
          this.#corner = index;
          this.dispatchEvent(new Event('corner'));
        },
      }),
    );
    return svg('g', null, between, corners);
  }

  #handle(kind, x, y, index, radius, properties) {
    return svg(
      'g',
      {
        class: kind,
        transform: `translate(${x} ${y})`,
        'data-index': index,
        onpointerdown: (event) => this.#grab(event, { kind, index }),
        ...properties,
      },
      svg('circle', { class: 'handle-reach', r: 22 }),
      svg('circle', { class: 'handle-dot', r: radius }),
    );
  }

  #position(event) {
    const place = this.#root.getBoundingClientRect();
    return [clamp((event.clientX - place.left) / place.width), clamp((event.clientY - place.top) / place.height)];
  }

  #grab(event, what) {
    if (event.button > 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (what.kind === 'shape' && what.index !== this.selected) this.select(what.index);
    this.#svg.setPointerCapture(event.pointerId);
    this.#drag = { ...what, from: this.#position(event), moved: false, pointer: event.pointerId };
    if (what.kind === 'corner') {
      this.#corner = what.index;
      this.render(true);
    }
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    const [x, y] = this.#position(event);
    if (!drag.moved && Math.hypot(x - drag.from[0], y - drag.from[1]) < 0.004) return;
    const shape = this.shapes[this.selected];
    if (!drag.moved) {
      this.#before();
      drag.moved = true;
      drag.original = structuredClone(shape.points);
      if (drag.kind === 'between') {
        shape.points.splice(drag.index + 1, 0, [x, y]);
        drag.kind = 'corner';
        drag.index += 1;
      }
    }
    if (drag.kind === 'corner') {
      shape.points[drag.index] = [round(x), round(y)];
      this.#corner = drag.index;
    } else {
      shape.points = shifted(drag.original, x - drag.from[0], y - drag.from[1]);
    }
    this.#changed();
    this.render(drag.kind === 'corner');
  }

  #drop(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.#drag = null;
    // A tap on the handle between two corners makes it one.
    if (!drag.moved && drag.kind === 'between') this.addCorner(drag.index);
  }

  #key(event, index) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (Object.hasOwn(moves, event.key)) {
      const step = event.shiftKey ? LARGE_STEP : STEP;
      const point = this.shapes[this.selected].points[index];
      this.#before(`move-${index}`);
      this.shapes[this.selected].points[index] = [
        round(clamp(point[0] + moves[event.key][0] * step)),
        round(clamp(point[1] + moves[event.key][1] * step)),
      ];
      this.#corner = index;
      this.#changed();
      this.render(true);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.removeCorner(index);
    } else if (event.key === 'Insert' || event.key === '+') {
      this.addCorner(index);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Called before every change, so that it can be undone; consecutive changes of one kind are one. */
  #before(run = null) {
    this.dispatchEvent(new CustomEvent('before', { detail: run }));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

const clamp = (value) => Math.min(1, Math.max(0, value));
const round = (value) => Math.round(value * 10000) / 10000;
const where = (x, y) => `${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`;

/** Moves a polygon, as far as it stays in the picture. */
function shifted(points, dx, dy) {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const byX = Math.min(Math.max(dx, -Math.min(...xs)), 1 - Math.max(...xs));
  const byY = Math.min(Math.max(dy, -Math.min(...ys)), 1 - Math.max(...ys));
  return points.map(([x, y]) => [round(x + byX), round(y + byY)]);
}

/** The smallest box that counts in a zone, in its middle. */
function leastBox(shape, width, height) {
  const [x, y] = [0, 1].map((axis) => shape.points.reduce((sum, point) => sum + point[axis], 0) / shape.points.length);
  const tall = shape.minHeight * height;
  const wide = tall * 0.75;
  return svg('rect', { class: 'least-box', x: x * width - wide / 2, y: y * height - tall / 2, width: wide, height: tall });
}
