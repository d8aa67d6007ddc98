import { h, newId, put } from './dom.js';
import { icon } from './icons.js';
import { Unreachable } from './api.js';

/** The controls that views share. */

export function button(text, { iconName = null, kind = '', type = 'button', ...properties } = {}) {
  return h('button', { type, class: `button ${kind}`.trim(), ...properties }, iconName && icon(iconName), h('span', null, text));
}

export function iconButton(label, iconName, properties = {}) {
  return h('button', { type: 'button', class: 'button quiet only-icon', 'aria-label': label, title: label, ...properties }, icon(iconName));
}

export function card(title, ...children) {
  const id = newId('card');
  return h('section', { class: 'card', 'aria-labelledby': id }, h('div', { class: 'card-head' }, h('h2', { id }, title)), children);
}

const NOTE_ICONS = { good: 'check', warn: 'warning', bad: 'error', info: 'info' };

/** A remark within a view; `kind` is good, warn, bad or info. */
export function note(kind, ...sentences) {
  return h(
    'div',
    { class: `note ${kind}` },
    icon(NOTE_ICONS[kind]),
    h(
      'div',
      null,
      sentences.filter(Boolean).map((sentence) => h('p', null, sentence)),
    ),
  );
}

export function empty(iconName, title, sentence, ...actions) {
  return h('div', { class: 'empty' }, icon(iconName), h('strong', null, title), sentence && h('p', null, sentence), actions);
}

/** A labelled input with a hint and a place for what is wrong with it. */
export function field(label, control, { hint = null, tags = [] } = {}) {
  control.id ||= newId('field');
  const fault = h('p', { class: 'fault', id: `${control.id}-fault`, hidden: true });
  const help = hint ? h('p', { class: 'hint', id: `${control.id}-hint` }, hint) : null;
  const describedBy = help ? help.id : '';
  if (describedBy) control.setAttribute('aria-describedby', describedBy);
  const element = h(
    'div',
    { class: 'field' },
    h('div', { class: 'row' }, h('label', { htmlFor: control.id }, label), tags),
    control,
    help,
    fault,
  );
  return {
    element,
    control,
    /** Says what is wrong; null takes it back. */
    complain(sentence) {
      put(fault, sentence && [icon('error'), h('span', null, sentence)]);
      fault.hidden = !sentence;
      if (sentence) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
      const ids = [describedBy, sentence ? fault.id : ''].filter(Boolean).join(' ');
      if (ids) control.setAttribute('aria-describedby', ids);
      else control.removeAttribute('aria-describedby');
    },
  };
}

export const input = (properties) => h('input', { class: 'input', type: 'text', autocomplete: 'off', ...properties });

export function select(options, value, properties = {}) {
  return h(
    'select',
    { class: 'select', ...properties },
    options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)),
  );
}

export function toggle(label, checked, onChange, properties = {}) {
  const box = h('input', { type: 'checkbox', role: 'switch', checked, onchange: () => onChange(box.checked, box), ...properties });
  return h('label', { class: 'switch' }, box, h('span', null, label));
}

/** One of a few choices; `options` are [value, text, icon]. */
export function segments(label, options, value, onChange) {
  const name = newId('segments');
  return h(
    'fieldset',
    { class: 'segments-set' },
    h('legend', { class: 'unseen' }, label),
    h(
      'div',
      { class: 'segments' },
      options.map(([key, text, iconName]) =>
        h(
          'label',
          null,
          h('input', { type: 'radio', name, value: key, checked: key === value, onchange: () => onChange(key) }),
          h('span', null, iconName && icon(iconName), text),
        ),
      ),
    ),
  );
}

let toasts = null;

/** Says something that has happened, for a few seconds and to screen readers. */
export function toast(sentence, kind = 'info') {
  if (!toasts) {
    toasts = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    document.body.append(toasts);
  }
  const element = h('div', { class: 'toast' }, icon(kind === 'bad' ? 'error' : 'check'), h('p', null, sentence));
  toasts.append(element);
  while (toasts.children.length > 3) toasts.firstChild.remove();
  setTimeout(() => element.remove(), kind === 'bad' ? 9000 : 5000);
}

/** What went wrong, as a sentence for people. */
export function sentenceOf(error) {
  if (error instanceof Unreachable) return 'The device does not answer. Check that it is switched on and on the network, then try again.';
  return error.message || 'Something went wrong.';
}

/** Asks before something that cannot be taken back; resolves to true or false. */
export function confirm(title, sentence, action, kind = 'danger') {
  return new Promise((resolve) => {
    const titleId = newId('dialog');
    const dialog = h(
      'dialog',
      {
        class: 'dialog',
        'aria-labelledby': titleId,
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === 'yes');
        },
      },
      h('h2', { id: titleId }, title),
      h('p', { class: 'muted' }, sentence),
      h(
        'div',
        { class: 'row' },
        button('Cancel', { onclick: () => dialog.close('no') }),
        button(action, { kind, onclick: () => dialog.close('yes') }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Disables a button while something runs, and passes on its result; a failure is shown as a toast. */
export async function busy(control, work) {
  control.disabled = true;
  control.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } catch (error) {
    toast(sentenceOf(error), 'bad');
    return undefined;
  } finally {
    control.disabled = false;
    control.removeAttribute('aria-busy');
  }
}

/** Carries out the change of a switch, which goes back when the change fails. */
export async function change(box, work) {
  const on = box.checked;
  const done = await busy(box, async () => {
    await work(on);
    return true;
  });
  if (!done) box.checked = !on;
}

/** Fills a place with what a promise gives: a line meanwhile, and when it fails why, with a button to try again. */
export async function load(place, signal, work, show) {
  put(place, h('p', { class: 'muted', role: 'status' }, 'Loading…'));
  try {
    const value = await work();
    if (!signal.aborted) put(place, show(value));
  } catch (error) {
    if (signal.aborted) return;
    put(
      place,
      empty(
        'unplugged',
        'This could not be loaded',
        sentenceOf(error),
        button('Try again', { iconName: 'restart', onclick: () => load(place, signal, work, show) }),
      ),
    );
  }
}
