import { score } from './format.js';

/** What is drawn over the picture: boxes with their scores, zones and their names. */

const BOX = '#35e8d2';
const FAINT = 'rgb(255 255 255 / 85%)';
const UNDER = 'rgb(0 0 0 / 55%)';
const FONT = '600 13px system-ui, sans-serif';

/** Boxes older than this are no longer where they were (ms). */
const STALE_MS = 1500;

/** Detections that wait for their picture, which takes longer to come. */
const KEPT = 30;

export class Overlay {
  /** Detections below this score are drawn faintly: presence does not believe them yet. */
  threshold = 0.5;

  showBoxes = true;
  showZones = true;

  #canvas;
  #context;
  #detections = null;
  #arrived = 0;
  #recent = [];
  #shown = null;
  #zones = [];
  #occupied = {};
  #timer = 0;

  /** @param {HTMLCanvasElement} canvas lies over the picture and has its shape */
  constructor(canvas, signal) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    const observer = new ResizeObserver(() => this.draw());
    observer.observe(canvas);
    signal.addEventListener('abort', () => {
      observer.disconnect();
      clearTimeout(this.#timer);
    });
  }

  /**
   * @param {{width: number, height: number, boxes: {x: number, y: number, width: number, height: number, score: number, label: string}[]}}
   * detections boxes in pixels of the frame
   */
  setDetections(detections) {
    this.#recent = [...this.#recent.slice(1 - KEPT), detections];
    this.#choose();
  }

  /** Says which frame the picture shows now, so that its own boxes are drawn and not those of a later one. */
  setFrame(frame) {
    this.#shown = frame;
    this.#choose();
  }

  #choose() {
    const fitting =
      this.#shown === null
        ? this.#recent.at(-1)
        : (this.#recent.findLast((detections) => detections.frame <= this.#shown) ?? this.#recent[0]);
    if (!fitting || fitting === this.#detections) return;
    this.#detections = fitting;
    this.#arrived = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.draw(), STALE_MS + 20);
    this.draw();
  }

  /** Forgets the detections, because another camera is shown. */
  clear() {
    this.#recent = [];
    this.#detections = null;
    this.#shown = null;
    this.draw();
  }

  /** @param {{name: string, points: [number, number][]}[]} zones corners in fractions of the frame */
  setZones(zones) {
    this.#zones = zones;
    this.draw();
  }

  /** @param {Record<string, number>} counts how many are in each zone */
  setZoneCounts(counts) {
    this.#occupied = counts ?? {};
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = window.devicePixelRatio || 1;
    if (width === 0 || height === 0) return;
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
    }
    const c = this.#context;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.lineJoin = 'round';
    c.font = FONT;
    if (this.showZones) for (const zone of this.#zones) this.#drawZone(zone, width, height);
    const seen = this.#detections;
    if (!this.showBoxes || !seen || performance.now() - this.#arrived > STALE_MS) return;
    for (const box of seen.boxes) this.#drawBox(box, width / seen.width, height / seen.height, width);
  }

  #drawZone(zone, width, height) {
    if (zone.points.length < 3) return;
    const c = this.#context;
    const occupied = (this.#occupied[zone.name] ?? 0) > 0;
    c.beginPath();
    for (const [x, y] of zone.points) c.lineTo(x * width, y * height);
    c.closePath();
    c.fillStyle = occupied ? 'rgb(53 232 210 / 18%)' : 'rgb(255 255 255 / 6%)';
    c.fill();
    this.#stroke(occupied ? BOX : FAINT, 1.5, [6, 5]);
    const top = zone.points.reduce((best, point) => (point[1] < best[1] ? point : best));
    this.#tag(zone.name, top[0] * width, top[1] * height + 6, 'rgb(12 18 17 / 72%)', '#ffffff', width);
  }

  #drawBox(box, scaleX, scaleY, limit) {
    const c = this.#context;
    const sure = box.score >= this.threshold;
    const x = box.x * scaleX;
    const y = box.y * scaleY;
    c.beginPath();
    c.roundRect(x, y, box.width * scaleX, box.height * scaleY, 4);
    this.#stroke(sure ? BOX : FAINT, sure ? 2.5 : 1.5, []);
    const text = `${box.label} ${score(box.score)}`;
    this.#tag(text, x, y >= 26 ? y - 26 : y + 4, sure ? BOX : 'rgb(12 18 17 / 72%)', sure ? '#04211d' : '#ffffff', limit);
  }

  /** A line that shows on bright and on dark pictures. */
  #stroke(colour, width, dash) {
    const c = this.#context;
    c.setLineDash([]);
    c.strokeStyle = UNDER;
    c.lineWidth = width + 2;
    c.stroke();
    c.setLineDash(dash);
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.stroke();
    c.setLineDash([]);
  }

  #tag(text, x, y, ground, ink, limit) {
    const c = this.#context;
    const width = c.measureText(text).width + 14;
    const left = Math.max(2, Math.min(x, limit - width - 2));
    c.beginPath();
    c.roundRect(left, y, width, 22, 5);
    c.fillStyle = ground;
    c.fill();
    c.fillStyle = ink;
    c.textBaseline = 'middle';
    c.fillText(text, left + 7, y + 11.5);
  }
}
