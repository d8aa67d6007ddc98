import { h, put } from '../dom.js';
import { get, post, put as send } from '../api.js';
import { stream } from '../stream.js';
import { busy, button, card, empty, field, iconButton, input, load, note, select, sentenceOf, toggle } from '../ui.js';

/** The pins: outputs that show a state, and inputs that pause the device. */

const STATES = [
  ['occupancy', 'someone is present'],
  ['detection-on', 'detection is on'],
  ['heartbeat', 'the device runs (blinks)'],
  ['error', 'something does not work'],
];

const PATTERNS = [
  ['', 'as long as it lasts'],
  ['Pulse', 'a pulse when it begins'],
  ['Blink', 'blinking'],
];

const FUNCTIONS = [
  ['Privacy', 'pauses detection and pictures while it is active'],
  ['Arming', 'allows them only while it is active'],
];

/** Lines of the header as numbers, which is how most people write them; others by chip and number. */
const addressOf = (line) => (/^GPIO\d+$/.test(line.name) ? line.name.slice(4) : line.pin);

export function pinsCard(signal, saved) {
  const place = h('div', { class: 'stack' });
  load(
    place,
    signal,
    async () => {
      const options = { signal };
      const [pins, lines, zones] = await Promise.all([get('api/pins', options), get('api/pins/lines', options), get('api/zones', options)]);
      return { pins, lines, zones };
    },
    show,
  );
  return card('Pins', place);

  function show({ pins, lines, zones }) {
    const edited = structuredClone(pins);
    const listId = 'pin-lines';
    const outputs = h('div', { class: 'stack' });
    const inputs = h('div', { class: 'stack' });
    const result = h('div', { role: 'status' });
    const states = [
      ...STATES,
      ...zones.zones.map((zone) => [`zone:${zone.name}`, `someone is in the zone ${zone.name}`]),
      ...(stream.state?.engine.labels ?? []).map((label) => [`label:${label}`, `a ${label} is present`]),
    ];
    let fields = new Map();
    const save = button('Save the pins', { kind: 'primary', disabled: true, onclick: store });
    draw();
    return [
      h(
        'datalist',
        { id: listId },
        lines.lines
          .filter((line) => !line.used)
          .map((line) => h('option', { value: addressOf(line) }, `${line.name} on ${line.chip}`)),
      ),
      h(
        'p',
        { class: 'hint' },
        'A pin is the BCM number on the header of a Raspberry Pi (17), the position on it (J8:11), or chip and line.',
      ),
      lines.problem && note('info', lines.problem),
      h('h3', null, 'Outputs'),
      outputs,
      adder('Add an output', 'outputs', { source: 'occupancy' }),
      h('h3', null, 'Inputs'),
      inputs,
      adder('Add an input', 'inputs', { function: 'Privacy' }),
      result,
      h('div', { class: 'row' }, save),
    ];

    function adder(text, kind, pin) {
      return h('div', { class: 'row' }, button(text, { iconName: 'plus', onclick: () => add(kind, { pin: '', ...pin }) }));
    }

    function add(kind, pin) {
      edited[kind].push(pin);
      draw();
      fields.get(`${kind}[${edited[kind].length - 1}].pin`).control.focus();
    }

    function changed() {
      save.disabled = JSON.stringify(edited) === JSON.stringify(pins);
    }

    function draw() {
      fields = new Map();
      put(outputs, edited.outputs.length > 0 ? edited.outputs.map(outputRow) : empty('pin', 'No outputs', null));
      put(inputs, edited.inputs.length > 0 ? edited.inputs.map(inputRow) : empty('pin', 'No inputs', null));
      changed();
    }

    function line(kind, index, pin) {
      const made = field(
        'Pin',
        input({
          value: pin.pin,
          list: listId,
          placeholder: '17',
          spellcheck: 'false',
          oninput: () => {
            pin.pin = made.control.value.trim();
            made.complain(null);
            changed();
          },
        }),
      );
      fields.set(`${kind}[${index}].pin`, made);
      return made;
    }

    function choice(kind, index, name, label, options, pin, fallback) {
      const known = options.some(([value]) => value === (pin[name] ?? fallback));
      const menu = select(known ? options : [...options, [pin[name], pin[name]]], pin[name] ?? fallback, {
        onchange: () => {
          pin[name] = menu.value || null;
          changed();
        },
      });
      const made = field(label, menu);
      fields.set(`${kind}[${index}].${name}`, made);
      return made.element;
    }

    function activeLow(pin, text) {
      return toggle(text, pin.activeLow === true, (on) => {
        pin.activeLow = on;
        changed();
      });
    }

    function remove(kind, index) {
      return iconButton(`Remove pin ${edited[kind][index].pin}`, 'trash', {
        onclick: () => {
          edited[kind].splice(index, 1);
          draw();
        },
      });
    }

    function outputRow(pin, index) {
      const made = line('outputs', index, pin);
      const blink = button('Blink it', {
        iconName: 'pulse',
        kind: 'quiet',
        onclick: () =>
          busy(blink, async () => {
            if (!pin.pin) {
              made.complain('Enter a pin.');
              return;
            }
            const answer = await post('api/test/pin', { pin: pin.pin, activeLow: pin.activeLow === true }, { timeout: 20000 });
            put(result, note(answer.ok ? 'good' : 'bad', answer.message, answer.hint));
          }),
      });
      return h(
        'div',
        { class: 'pin-row', role: 'group', 'aria-label': `Output ${index + 1}` },
        made.element,
        choice('outputs', index, 'source', 'On when', states, pin, 'occupancy'),
        choice('outputs', index, 'pattern', 'How', PATTERNS, pin, ''),
        h('div', { class: 'row' }, activeLow(pin, 'Active low'), blink, remove('outputs', index)),
      );
    }

    function inputRow(pin, index) {
      return h(
        'div',
        { class: 'pin-row', role: 'group', 'aria-label': `Input ${index + 1}` },
        line('inputs', index, pin).element,
        choice('inputs', index, 'function', 'What it does', FUNCTIONS, pin, 'Privacy'),
        choice(
          'inputs',
          index,
          'pull',
          'Resistor',
          [
            ['', 'as on the board'],
            ['Up', 'pull-up'],
            ['Down', 'pull-down'],
            ['Off', 'none'],
          ],
          pin,
          '',
        ),
        h('div', { class: 'row' }, activeLow(pin, 'Active low'), remove('inputs', index)),
      );
    }

    async function store() {
      const blank = [...fields].find(([key, made]) => key.endsWith('.pin') && !made.control.value.trim());
      if (blank) {
        blank[1].complain('Enter a pin, or remove this one.');
        blank[1].control.focus();
        return;
      }
      await busy(save, async () => {
        try {
          pins = await send('api/pins', edited);
        } catch (error) {
          for (const [key, sentence] of Object.entries(error.errors ?? {})) fields.get(key)?.complain(sentence);
          put(result, note('bad', sentenceOf(error), ...Object.values(error.errors ?? {})));
          return;
        }
        Object.assign(edited, structuredClone(pins));
        put(result);
        draw();
        saved('pins');
      });
      changed();
    }
  }
}
