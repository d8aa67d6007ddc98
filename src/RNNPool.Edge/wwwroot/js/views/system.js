import { h, put, setText } from '../dom.js';
import { icon } from '../icons.js';
import { get } from '../api.js';
import { follow, stream } from '../stream.js';
import { button, card, field, note, select, sentenceOf } from '../ui.js';
import { bytes, clock, number, percent, span } from '../format.js';
import { restartDevice } from '../restart.js';

const LEVELS = ['debug', 'information', 'warning', 'error', 'critical'];
const KEPT = 500;

/** Over how many seconds the processor's load is taken. */
const SPAN_S = 3;

export function mount(root, { signal }) {
  const restart = button('Restart', { iconName: 'restart', onclick: () => restartDevice(restart) });
  put(
    root,
    h('div', { class: 'two' }, healthCard(signal), processCard(signal)),
    logCard(signal),
    card(
      'Support',
      h(
        'p',
        { class: 'muted' },
        'The diagnostics file holds settings without passwords, state, health, versions, checks and the last lines of the log. ' +
          'It holds no pictures.',
      ),
      h(
        'div',
        { class: 'row card-actions' },
        h('a', { class: 'button', href: 'api/diagnostics.zip', download: '' }, icon('download'), h('span', null, 'Download diagnostics')),
        restart,
      ),
    ),
  );
}

function healthCard(signal) {
  const body = h('div', { class: 'stack' });
  let before = '';
  follow('state', signal, ({ health }) => {
    const key = JSON.stringify(health?.components ?? null);
    if (!health || key === before) return;
    before = key;
    put(
      body,
      h(
        'ul',
        { class: 'parts' },
        health.components.map((part) =>
          h(
            'li',
            null,
            h('span', { class: `tag ${{ good: 'accent', paused: '', degraded: 'warn', failed: 'bad' }[part.state]}` }, part.state),
            h('strong', null, part.name),
            part.reason && h('p', { class: 'hint' }, part.reason),
          ),
        ),
      ),
    );
  });
  return card('Health', body);
}

function processCard(signal) {
  const rows = new Map();
  const list = h('dl', { class: 'pairs' });
  let last = null;
  follow('state', signal, (state) => {
    const { process } = state;
    const due = last && state.uptimeSeconds - last.at >= SPAN_S;
    const load = due ? (process.cpuSeconds - last.cpu) / (state.uptimeSeconds - last.at) : null;
    if (!last || due) last = { at: state.uptimeSeconds, cpu: process.cpuSeconds };
    const pairs = {
      'Running for': span(state.uptimeSeconds),
      Memory: bytes(process.residentBytes),
      Processor: load === null ? (rows.get('Processor')?.textContent ?? '…') : `${percent(load)} of one core`,
      'Frames captured': number(state.camera.frames),
      'Frames analysed': number(state.engine.inferences),
      Errors: number(state.engine.errors),
      ...Object.fromEntries(
        state.sinks.map((sink) => [
          `To ${sink.name}`,
          `${number(sink.delivered)} delivered, ${number(sink.failed)} failed, ${number(sink.dropped)} dropped`,
        ]),
      ),
    };
    for (const [name, value] of Object.entries(pairs)) {
      if (!rows.has(name)) {
        rows.set(name, h('dd', null));
        list.append(h('dt', null, name), rows.get(name));
      }
      setText(rows.get(name), value);
    }
  });
  return card('Workload', list);
}

/** The log has every event as JSON; here its first words are enough, for the timeline has the rest. */
function brief({ category, message }) {
  return category.endsWith('.LogSink') ? message.replace(/: \{.*\}$/s, '') : message;
}

function logCard(signal) {
  const lines = h('div', { class: 'log', tabindex: 0, role: 'log', 'aria-live': 'off', 'aria-label': 'Log' });
  const level = select(
    LEVELS.map((name) => [name, name === 'information' ? 'information and above' : name === 'debug' ? 'everything' : name]),
    'information',
    { onchange: showAll },
  );
  const hold = button('Hold', { iconName: 'pause', 'aria-pressed': 'false', onclick: toggleHold });
  let held = false;
  let known = [];

  function toggleHold() {
    held = !held;
    hold.setAttribute('aria-pressed', String(held));
    hold.replaceChildren(icon(held ? 'play' : 'pause'), h('span', null, held ? 'Resume' : 'Hold'));
    if (!held) showAll();
  }

  const fits = (line) => LEVELS.indexOf(line.level) >= LEVELS.indexOf(level.value) || !LEVELS.includes(line.level);

  function element(line) {
    return h(
      'div',
      { class: 'log-line', dataset: { level: line.level } },
      h('span', { class: 'log-time' }, clock(line.time)),
      h('span', { class: 'log-level' }, line.level === 'information' ? 'info' : line.level),
      h('span', { class: 'log-text' }, brief(line)),
    );
  }

  function showAll() {
    const shown = known.filter(fits);
    put(lines, shown.length > 0 ? shown.map(element) : h('p', { class: 'muted' }, 'No lines of this level.'));
    lines.scrollTop = lines.scrollHeight;
  }

  function add(line) {
    known.push(line);
    if (known.length > KEPT) known.shift();
    if (held || !fits(line)) return;
    const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    if (lines.firstElementChild?.matches('p')) put(lines);
    lines.append(element(line));
    while (lines.children.length > KEPT) lines.firstChild.remove();
    if (atEnd) lines.scrollTop = lines.scrollHeight;
  }

  async function start() {
    try {
      known = await get('api/log?lines=200', { signal });
      showAll();
    } catch (error) {
      if (!signal.aborted) put(lines, note('bad', sentenceOf(error)));
    }
  }

  stream.wantLog(true);
  signal.addEventListener('abort', () => stream.wantLog(false));
  follow('log', signal, (line) => {
    if (line.number > (known.at(-1)?.number ?? 0)) add(line);
  });
  start();
  return card('Log', h('div', { class: 'row log-bar' }, field('Level', level).element, hold), lines);
}
