import { h, setText } from './dom.js';
import { icon } from './icons.js';
import { milliseconds, number, plural, span } from './format.js';

/** The device's parts, one line each: what it is, how it is, one figure. */

const ENGINES = { onnx: 'ONNX Runtime', simd: 'Vector engine', interpreter: 'Interpreter' };

const ROWS = [
  ['camera', 'Camera', 'camera', camera],
  ['engine', 'Engine', 'pulse', engine],
  ['coprocessor', 'Coprocessor', 'chip', coprocessor],
  ['mqtt', 'MQTT', 'broker', mqtt],
  ['pins', 'Pins', 'pin', pins],
  ['temperature', 'Temperature', 'heat', temperature],
  ['uptime', 'Running for', 'events', (state) => ({ value: span(state.uptimeSeconds) })],
];

export function createGlance() {
  const rows = new Map();
  const element = h('dl', { class: 'glance' });
  for (const [key, label, iconName, read] of ROWS) {
    const value = h('span', { class: 'glance-value' }, '…');
    const detail = h('span', { class: 'glance-detail' });
    const row = h(
      'div',
      { class: 'glance-row', dataset: { part: key } },
      h('dt', null, icon(iconName), h('span', null, label)),
      h('dd', null, value, detail),
    );
    rows.set(key, { row, value, detail, read });
    element.append(row);
  }
  return {
    element,
    show(state, sample) {
      for (const { row, value, detail, read } of rows.values()) {
        const reading = read(state, sample);
        row.dataset.tone = reading.tone ?? 'plain';
        setText(value, reading.value);
        setText(detail, reading.detail ?? '');
      }
    },
  };
}

function camera({ camera: c, cameras }, sample) {
  if (cameras) {
    const open = cameras.filter((one) => one.camera.state === 'open').length;
    return {
      tone: open === cameras.length ? 'good' : open > 0 ? 'warn' : 'bad',
      value: `${number(open)} of ${number(cameras.length)} running`,
      detail: `${number(
        sample?.captureFps ?? cameras.reduce((sum, one) => sum + one.camera.fps, 0),
        1,
      )} fps`,
    };
  }
  if (c.state === 'open') {
    const stale = c.frameAgeMs > 5000;
    return {
      tone: stale ? 'warn' : 'good',
      value: stale ? 'Stalled' : 'Running',
      detail: `${c.width}×${c.height} · ${number(sample?.captureFps ?? c.fps, 1)} fps`,
    };
  }
  if (c.state === 'opening') return { tone: 'warn', value: 'Opening', detail: c.name };
  return c.state === 'ended'
    ? { tone: 'warn', value: 'Ended', detail: 'The replay has ended' }
    : { tone: 'bad', value: 'Lost', detail: c.name };
}

function engine({ engine: e, coprocessor: c }, sample) {
  const ms = sample?.inferenceMs ?? e.inferenceMs;
  return {
    tone: 'good',
    value: c?.inUse ? `Coprocessor, ${e.model}` : `${ENGINES[e.name] ?? e.name}, ${e.model}`,
    detail: ms === null || ms === undefined ? 'no frame yet' : `${milliseconds(ms)} per frame`,
  };
}

function coprocessor({ coprocessor: c }) {
  if (!c) return { value: 'None' };
  if (c.uploadPercent !== null && c.uploadPercent !== undefined)
    return { tone: 'warn', value: 'Model upload', detail: `${c.uploadPercent} %` };
  if (c.inUse) return { tone: 'good', value: 'In use', detail: `${c.device?.board ?? ''} · ${milliseconds(c.frames.frameMs)} per frame` };
  if (c.link === 'ready') return { tone: 'warn', value: 'Standing by', detail: c.obstacle ?? c.device?.board };
  return { tone: 'bad', value: c.link === 'connecting' ? 'Connecting' : 'Not connected', detail: c.obstacle ?? c.lastError };
}

function mqtt({ mqtt: m }) {
  if (!m) return { value: 'Off' };
  const waiting = m.outbox?.queued ?? 0;
  if (!m.connected)
    return {
      tone: 'bad',
      value: 'Not connected',
      detail: [waiting > 0 ? `${plural(waiting, 'event')} waiting` : null, m.lastError].filter(Boolean).join(' · '),
    };
  return { tone: 'good', value: 'Connected', detail: m.tls ? `${m.broker} · TLS` : m.broker };
}

function pins({ gpio }) {
  if (!gpio) return { value: 'None' };
  const all = [...gpio.outputs, ...gpio.inputs];
  const failed = all.find((pin) => pin.failure);
  if (failed) return { tone: 'bad', value: `Pin ${failed.pin} cannot be used`, detail: failed.failure };
  const on = all.filter((pin) => pin.on).map((pin) => pin.pin);
  return {
    tone: 'good',
    value: on.length > 0 ? `${on.join(', ')} on` : 'All off',
    detail: all.map((pin) => `${pin.pin} ${pin.role.toLowerCase()}`).join(', '),
  };
}

function temperature(state, sample) {
  const celsius = sample?.temperatureC ?? state.temperatureC ?? null;
  if (celsius === null) return { value: 'Unknown' };
  const slow = state.throttled ?? celsius >= 80;
  return {
    tone: slow || state.underVoltage ? 'bad' : celsius >= 70 ? 'warn' : 'good',
    value: `${number(celsius, 1)} °C`,
    detail: state.underVoltage ? 'The supply voltage is too low' : slow ? 'The processor is throttled' : (state.notes ?? []).join(' '),
  };
}
