import { h, put } from './dom.js';
import { icon } from './icons.js';
import { input, select } from './ui.js';
import { readDuration, showDuration, words, writeDuration } from './format.js';

/** One setting: its name, what it means, a control by its type, and what is wrong with what was entered. */

const ORIGINS = { environment: 'set by the environment', commandLine: 'set on the command line', runtime: 'set at runtime' };

/**
 * @param {object} setting as GET /api/settings gives it
 * @param {() => void} onChange
 */
export function createSettingField(setting, onChange) {
  const id = `setting-${setting.key.replaceAll(':', '-')}`;
  const label = setting.key.split(':').slice(1).map(words).join(': ');
  const kind = KINDS[setting.type] ?? KINDS.text;
  const control = kind.make(setting, id, () => {
    check();
    onChange();
  });
  const target = control.matches('input, select, textarea') ? control : control.querySelector('input');
  const fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true });
  const hint = h(
    'p',
    { class: 'hint', id: `${id}-hint` },
    setting.locked ? `${setting.locked} ${setting.description}` : setting.description,
  );
  const reset = h(
    'button',
    {
      type: 'button',
      class: 'link-button',
      onclick: () => {
        kind.write(control, setting.default ?? null);
        toDefault = true;
        check();
        onChange();
      },
    },
    'Back to the default',
  );
  let toDefault = false;
  target.setAttribute('aria-describedby', hint.id);
  target.addEventListener('input', () => {
    toDefault = false;
  });
  if (setting.locked) target.disabled = true;

  const element = h(
    'div',
    { class: 'setting', dataset: { key: setting.key } },
    h(
      'div',
      { class: 'setting-text' },
      h(
        'div',
        { class: 'setting-name' },
        h('label', { htmlFor: id }, label),
        setting.restart && h('span', { class: 'tag' }, 'after a restart'),
        setting.pending && h('span', { class: 'tag warn' }, 'waits for a restart'),
        ORIGINS[setting.origin] && h('span', { class: 'tag warn' }, ORIGINS[setting.origin]),
      ),
      hint,
    ),
    h('div', { class: 'setting-control' }, control, fault, reset),
  );

  const original = setting.type === 'secret' ? '' : JSON.stringify(setting.value ?? null);
  const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

  function read() {
    return kind.read(control, setting);
  }

  function check() {
    const { problem } = read();
    complain(problem ?? null);
    element.dataset.changed = String(changed());
    reset.hidden =
      Boolean(setting.locked) || setting.type === 'secret' || toDefault || (same(setting.value, setting.default) && !changed());
  }

  function changed() {
    const { value, problem } = read();
    if (setting.type === 'secret') return value !== undefined;
    return Boolean(problem) || JSON.stringify(value ?? null) !== original;
  }

  function complain(sentence) {
    put(fault, sentence && [icon('error'), h('span', null, sentence)]);
    fault.hidden = !sentence;
    if (sentence) target.setAttribute('aria-invalid', 'true');
    else target.removeAttribute('aria-invalid');
    target.setAttribute('aria-describedby', sentence ? `${hint.id} ${fault.id}` : hint.id);
  }

  check();
  return {
    key: setting.key,
    section: setting.section,
    text: `${setting.key} ${label} ${setting.description}`.toLowerCase(),
    element,
    changed,
    problem: () => read().problem ?? null,
    /** The value to send; null restores the default. */
    value: () => (toDefault ? null : (read().value ?? null)),
    complain,
    focus: () => target.focus(),
  };
}

const range = ({ minimum, maximum }) =>
  minimum !== undefined && minimum !== null
    ? maximum !== undefined && maximum !== null
      ? ` from ${minimum} to ${maximum}`
      : ` of at least ${minimum}`
    : '';

const textInput = (setting, id, onInput, properties = {}) =>
  input({
    id,
    value: '',
    placeholder: setting.default === null || setting.default === undefined ? 'not set' : '',
    oninput: onInput,
    ...properties,
  });

function made(control, kind, setting) {
  kind.write(control, setting.value ?? null);
  return control;
}

const numeric = (whole) => ({
  make: (setting, id, onInput) =>
    made(textInput(setting, id, onInput, { inputmode: whole ? 'numeric' : 'decimal' }), KINDS.number, setting),
  write: (control, value) => {
    control.value = value ?? '';
  },
  read(control, setting) {
    const text = control.value.trim();
    if (text === '') return { value: null };
    const value = Number(text);
    const fits =
      Number.isFinite(value) &&
      (!whole || Number.isInteger(value)) &&
      value >= (setting.minimum ?? -Infinity) &&
      value <= (setting.maximum ?? Infinity);
    return fits ? { value } : { value: null, problem: `Enter a ${whole ? 'whole number' : 'number'}${range(setting)}.` };
  },
});

const KINDS = {
  number: numeric(false),
  integer: numeric(true),
  text: {
    make: (setting, id, onInput) => made(textInput(setting, id, onInput, { spellcheck: 'false' }), KINDS.text, setting),
    write: (control, value) => {
      control.value = value ?? '';
    },
    read: (control) => ({ value: control.value.trim() === '' ? null : control.value.trim() }),
  },
  secret: {
    make: (setting, id, onInput) =>
      input({
        id,
        type: 'password',
        autocomplete: 'new-password',
        placeholder: setting.set ? 'set; enter another to change it' : 'not set',
        oninput: onInput,
      }),
    write: (control) => {
      control.value = '';
    },
    read: (control) => ({ value: control.value === '' ? undefined : control.value }),
  },
  duration: {
    make: (setting, id, onInput) => made(textInput(setting, id, onInput), KINDS.duration, setting),
    write: (control, value) => {
      control.value = value === null ? '' : showDuration(value);
    },
    read(control, setting) {
      if (control.value.trim() === '') return { value: null };
      // Unchanged settings stay in the file as they are.
      if (setting.value && control.value === showDuration(setting.value)) return { value: setting.value };
      const seconds = readDuration(control.value);
      return seconds === null
        ? { value: null, problem: 'Enter a duration such as 3 s, 0.5 s, 5 min or 1 h 30 min.' }
        : { value: writeDuration(seconds) };
    },
  },
  choice: {
    make: (setting, id, onInput) =>
      made(
        select(
          [
            ...(setting.default === null || setting.default === undefined ? [['', 'not set']] : []),
            ...setting.choices.map((choice) => [choice, choice]),
          ],
          null,
          { id, onchange: onInput },
        ),
        KINDS.choice,
        setting,
      ),
    write: (control, value) => {
      control.value = value ?? '';
    },
    read: (control) => ({ value: control.value === '' ? null : control.value }),
  },
  boolean: {
    make: (setting, id, onInput) => {
      const text = h('span', null);
      const box = h('input', { id, type: 'checkbox', role: 'switch', onchange: onInput });
      const label = h('span', { class: 'switch' }, box, text);
      box.addEventListener('change', () => {
        text.textContent = box.checked ? 'On' : 'Off';
      });
      return made(label, KINDS.boolean, setting);
    },
    write: (control, value) => {
      control.querySelector('input').checked = value === true;
      control.querySelector('span').textContent = value === true ? 'On' : 'Off';
    },
    read: (control) => ({ value: control.querySelector('input').checked }),
  },
  list: {
    make: (setting, id, onInput) => made(textInput(setting, id, onInput, { placeholder: 'none' }), KINDS.list, setting),
    write: (control, value) => {
      control.value = (value ?? []).join(', ');
    },
    read(control, setting) {
      const entries = control.value
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean);
      return { value: entries.length === 0 && !setting.value ? null : entries };
    },
  },
};
