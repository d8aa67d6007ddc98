/** Numbers, times and names as people read them. */

export function number(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const percent = (fraction) => (fraction === null || fraction === undefined ? '–' : `${Math.round(fraction * 100)} %`);

/** A score as a percentage; no detector is certain, so there is no 100 %. */
export const score = (value) => (value === null || value === undefined ? '–' : `${Math.min(99, Math.round(value * 100))} %`);

export function milliseconds(value) {
  if (value === null || value === undefined) return '–';
  if (value >= 10000) return span(value / 1000);
  return value >= 1000 ? `${number(value / 1000, 1)} s` : `${number(value, value < 10 ? 1 : 0)} ms`;
}

export function bytes(value) {
  if (value === null || value === undefined) return '–';
  if (value < 1024) return `${value} bytes`;
  if (value < 1024 * 1024) return `${number(value / 1024, value < 10240 ? 1 : 0)} KiB`;
  return `${number(value / 1024 / 1024, 1)} MiB`;
}

export function count(value) {
  if (value >= 1e6) return `${number(value / 1e6, 1)} M`;
  return value >= 1e4 ? `${number(value / 1e3, 0)} k` : number(value);
}

/** How long something lasts, from seconds: 8 s, 3 min 20 s, 2 h 5 min, 4 days 2 h. */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return join(Math.floor(s / 60), 'min', s % 60, 's');
  if (s < 86400) return join(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min');
  const days = Math.floor(s / 86400);
  return join(days, days === 1 ? 'day' : 'days', Math.floor((s % 86400) / 3600), 'h');
}

function join(large, largeUnit, small, smallUnit) {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const STAMP = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

export const clock = (time) => CLOCK.format(new Date(time));
export const stamp = (time) => STAMP.format(new Date(time));

export function day(time) {
  const date = new Date(time);
  const today = new Date();
  if (date.toDateString() === today.toDateString()) return 'Today';
  today.setDate(today.getDate() - 1);
  return date.toDateString() === today.toDateString() ? 'Yesterday' : DAY.format(date);
}

export const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : (many ?? `${one}s`)}`;

export const capital = (text) => (text ? text[0].toUpperCase() + text.slice(1) : '');

const SHORT = new Set(['Mqtt', 'Gpio', 'Tls', 'Iou', 'Nms', 'Id', 'Fps', 'Ca', 'Usb', 'Onnx']);

/** The last part of a setting's key as words: `MinUpdateInterval` is "Min update interval". */
export function words(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(' ')
    .map((word, i) => (SHORT.has(word) ? (word === 'Onnx' ? 'ONNX' : word.toUpperCase()) : i === 0 ? word : word.toLowerCase()))
    .join(' ');
}

const UNITS = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
  d: 86400,
  day: 86400,
  days: 86400,
};

/** Seconds of a duration of the device's settings, `[d.]hh:mm:ss[.fffffff]`; null when it is none. */
export function durationSeconds(text) {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,7})?))?$/.exec(text ?? '');
  return match ? Number(match[1] ?? 0) * 86400 + Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0) : null;
}

/** Parses seconds as a person writes them: `3`, `3 s`, `1 h 30 min`, `00:00:03`; null when it cannot be read. */
export function readDuration(text) {
  const trimmed = text.trim().toLowerCase();
  const exact = durationSeconds(trimmed);
  if (exact !== null) return exact;
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^(\d+(\.\d+)?\s*[a-z]+[\s,]*)+$/.test(trimmed)) return null;
  let seconds = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    if (!Object.hasOwn(UNITS, unit)) return null;
    seconds += Number(amount) * UNITS[unit];
  }
  return seconds;
}

/** Seconds as the device's settings hold them. */
export function writeDuration(seconds) {
  const ticks = Math.round(seconds * 1e7);
  const whole = Math.floor(ticks / 1e7);
  const rest = ticks - whole * 1e7;
  const two = (n) => String(n).padStart(2, '0');
  const days = Math.floor(whole / 86400);
  const time = [Math.floor((whole % 86400) / 3600), Math.floor((whole % 3600) / 60), whole % 60].map(two).join(':');
  return `${days > 0 ? `${days}.` : ''}${time}${rest > 0 ? `.${String(rest).padStart(7, '0')}` : ''}`;
}

/** A duration in its largest units, exactly: 0.5 s, 3 s, 1 min 30 s. */
export function showDuration(text) {
  const seconds = durationSeconds(text);
  if (seconds === null) return text ?? '';
  const parts = [];
  let rest = Math.floor(seconds);
  for (const [unit, size] of [
    ['days', 86400],
    ['h', 3600],
    ['min', 60],
  ]) {
    const n = Math.floor(rest / size);
    if (n > 0) parts.push(`${n} ${unit === 'days' && n === 1 ? 'day' : unit}`);
    rest %= size;
  }
  const fraction = Number((seconds - Math.floor(seconds) + rest).toFixed(7));
  if (fraction > 0 || parts.length === 0) parts.push(`${fraction} s`);
  return parts.join(' ');
}
