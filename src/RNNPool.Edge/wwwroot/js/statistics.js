import { h, put, svg } from './dom.js';
import { get } from './api.js';
import { card, empty, field, load, select } from './ui.js';
import { capital, number, plural, span, stamp } from './format.js';

/** Presences over hours and days as bars, from the journal of the device. */

const RANGES = [
  { key: 'today', text: 'Last 24 hours', days: 2, by: 'hours', last: 24 },
  { key: 'week', text: 'Last 7 days, by hour', days: 7, by: 'hours' },
  { key: 'month', text: 'Last 30 days', days: 30, by: 'days' },
  { key: 'quarter', text: 'Last 92 days', days: 92, by: 'days' },
];

const MEASURES = [
  { key: 'presences', text: 'Presences', read: (bucket) => bucket.presences, show: (value) => plural(value, 'presence') },
  { key: 'most', text: 'At the same time', read: (bucket) => bucket.most, show: (value) => number(value) },
  { key: 'longest', text: 'Longest stay', read: (bucket) => bucket.longestSeconds, show: span },
  { key: 'total', text: 'Time with presences', read: (bucket) => bucket.totalSeconds, show: span },
];

const WIDTH = 960;
const HEIGHT = 200;
const BOTTOM = 22;
const TOP = 8;
const LABELS = 8;

export function statistics(signal) {
  const range = select(
    RANGES.map(({ key, text }) => [key, text]),
    'today',
    { onchange: refresh },
  );
  const measure = select(
    MEASURES.map(({ key, text }) => [key, text]),
    'presences',
    { onchange: () => report && put(place, content()) },
  );
  const place = h('div', { class: 'statistics' });
  let report = null;
  refresh();
  const choice = h('div', { class: 'filters' }, field('Time range', range).element, field('Measure', measure).element);
  return card('Presences over time', choice, place);

  function refresh() {
    const { days } = chosen();
    load(
      place,
      signal,
      () => get(`api/statistics?days=${days}`, { signal }),
      (answer) => {
        report = answer;
        return content();
      },
    );
  }

  function chosen() {
    return RANGES.find(({ key }) => key === range.value);
  }

  function content() {
    const { by, days, last, text } = chosen();
    const { read, show, text: name } = MEASURES.find(({ key }) => key === measure.value);
    const buckets = last ? report[by].slice(-last) : report[by];
    const total = buckets.reduce((sum, bucket) => sum + bucket.presences, 0);
    if (total === 0) return empty('charts', 'No presences in this time', 'They appear here as soon as the journal has stored some.');
    const most = buckets.reduce((best, bucket) => (read(bucket) > read(best) ? bucket : best));
    const summary = `${plural(total, 'presence')}; most: ${show(read(most))}, ${moment(most, by)}`;
    const { longest } = report;
    return [
      h('p', { class: 'statistics-summary' }, `${summary}.`),
      bars(buckets, by, read, show, `${name}, ${text.toLowerCase()}: ${summary}`),
      h(
        'p',
        { class: 'hint' },
        longest && `Longest stay of ${plural(days, 'day')}: ${stay(longest)}. `,
        `Times of the device (${report.timeZone}). `,
        h('a', { href: `api/statistics.csv?days=${days}&by=${by === 'days' ? 'day' : 'hour'}`, download: '' }, 'Download as CSV'),
      ),
    ];
  }
}

const stay = ({ label, seconds, startTime }) => `${capital(label)}, ${span(seconds)}, from ${stamp(startTime)}`;

function bars(buckets, by, read, show, label) {
  const top = Math.max(...buckets.map(read), 1);
  const step = WIDTH / buckets.length;
  const gap = Math.min(3, step / 4);
  const every = Math.ceil(buckets.length / LABELS);
  return svg(
    'svg',
    { class: 'bars', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    buckets.map((bucket, i) => {
      const height = (read(bucket) / top) * (HEIGHT - BOTTOM - TOP);
      return svg(
        'g',
        null,
        svg('title', null, `${moment(bucket, by)}: ${show(read(bucket))}`),
        svg('rect', { class: 'bar-place', x: i * step, y: 0, width: step, height: HEIGHT - BOTTOM }),
        svg('rect', {
          class: 'bar',
          x: i * step + gap / 2,
          y: HEIGHT - BOTTOM - height,
          width: step - gap,
          height,
          rx: Math.min(2, step / 4),
        }),
        i % every === 0 && svg('text', { x: i * step, y: HEIGHT - 6 }, short(bucket, by)),
      );
    }),
  );
}

/** The times of the device are shown as they are, also in a browser of another time zone. */
const dateOf = (bucket) => `${Number(bucket.time.slice(8, 10))}.${Number(bucket.time.slice(5, 7))}.`;
const hourOf = (bucket) => bucket.time.slice(11, 16);
const moment = (bucket, by) => (by === 'days' ? bucket.time.slice(0, 10) : `${bucket.time.slice(0, 10)} ${hourOf(bucket)}`);
const short = (bucket, by) => (by === 'days' || hourOf(bucket) === '00:00' ? dateOf(bucket) : hourOf(bucket));
