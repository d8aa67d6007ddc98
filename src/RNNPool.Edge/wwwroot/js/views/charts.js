import { h, put } from '../dom.js';
import { get } from '../api.js';
import { follow, stream } from '../stream.js';
import { load } from '../ui.js';
import { milliseconds, number } from '../format.js';
import { Chart } from '../chart.js';
import { statistics } from '../statistics.js';

const KEPT = 15 * 60;

const CHARTS = [
  { title: 'Frames analysed per second', read: (sample) => sample.fps, show: (value) => number(value, 1), floor: 5 },
  { title: 'Inference time', read: (sample) => sample.inferenceMs, show: milliseconds, floor: 10 },
  { title: 'Age of the newest frame', read: (sample) => sample.frameAgeMs, show: milliseconds, floor: 200 },
  { title: 'Link errors', read: (sample) => sample.linkErrors, show: (value) => number(value), floor: 5 },
  { title: 'Temperature', read: (sample) => sample.temperatureC, show: (value) => `${number(value, 1)} °C`, floor: 80 },
];

export function mount(root, { signal }) {
  let samples = [];
  let charts = [];

  const rates = h('div', null);
  put(root, h('div', { class: 'stack' }, statistics(signal), rates));
  load(
    rates,
    signal,
    () => get('api/history', { signal }),
    (history) => {
      samples = history;
      charts = CHARTS.map((options) => new Chart(options, signal));
      // Charts of parts that the device lacks (a coprocessor, a sensor) would be empty.
      const shown = charts.filter(
        (_, i) => i < 3 || samples.some((sample) => CHARTS[i].read(sample) !== null && CHARTS[i].read(sample) !== undefined),
      );
      charts = shown;
      for (const chart of charts) chart.set(samples);
      return h(
        'div',
        { class: 'chart-grid' },
        charts.map((chart) => chart.element),
      );
    },
  );

  follow('sample', signal, (sample) => {
    if (charts.length === 0 || samples.at(-1)?.time === sample.time) return;
    samples = [...samples.slice(-(KEPT - 1)), sample];
    for (const chart of charts) chart.set(samples);
  });

  let lost = false;
  stream.addEventListener(
    'connection',
    async () => {
      if (stream.connection === 'open' && lost) {
        try {
          samples = await get('api/history', { signal });
          for (const chart of charts) chart.set(samples);
        } catch {
          // The chart keeps the gap.
        }
      }
      lost = stream.connection !== 'open';
    },
    { signal },
  );
}
