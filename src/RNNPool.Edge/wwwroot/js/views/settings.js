import { h, put } from '../dom.js';
import { icon } from '../icons.js';
import { get, patch } from '../api.js';
import { busy, button, card, empty, input, load, note, sentenceOf, toast } from '../ui.js';
import { number, plural, words } from '../format.js';
import { createSettingField } from '../setting-field.js';
import { restartDevice } from '../restart.js';
import { createNotifyTest } from '../notify-test.js';
import { createPictureChoice } from '../picture-choice.js';

/** What people look for first comes first. */
const ORDER = [
  'Presence',
  'Detector',
  'Motion',
  'Camera',
  'Mqtt',
  'Gpio',
  'Journal',
  'Pictures',
  'Notify',
  'QuietHours',
  'Events',
  'HomeAssistant',
  'Device',
  'Model',
  'Coprocessor',
  'Health',
  'Web',
  'Logging',
];

const TITLES = { Mqtt: 'MQTT', Gpio: 'Pins', HomeAssistant: 'Home Assistant', Notify: 'Notifications', Web: 'This page', Logging: 'Log' };

export function mount(root, { signal, actions }) {
  const search = input({ type: 'search', 'aria-label': 'Find a setting', placeholder: 'Find a setting', oninput: () => filter() });
  const place = h('div', { class: 'stack' });
  let fields = [];
  let sections = [];
  let restartWanted = [];
  const nothing = h('div', { hidden: true }, empty('search', 'No such setting', 'Try another word.'));
  put(actions, h('div', { class: 'search' }, icon('search'), search));
  put(root, place);
  open();

  function open() {
    load(place, signal, () => get('api/settings', { signal }), show);
  }

  function show(answer) {
    fields = answer.settings.map((setting) => createSettingField(setting, changed));
    const names = [...new Set(fields.map((field) => field.section))].sort((a, b) => rank(a) - rank(b));
    sections = names.map((name) => {
      const own = fields.filter((field) => field.section === name);
      const element = card(
        TITLES[name] ?? words(name),
        name === 'Camera' && createPictureChoice(signal, own),
        name === 'Notify' && createNotifyTest(),
        own.map((field) => field.element),
      );
      element.id = `section-${name}`;
      return { name, own, element };
    });
    const nav = h(
      'nav',
      { class: 'settings-nav', 'aria-label': 'Sections' },
      sections.map(({ name, element }) =>
        h(
          'a',
          {
            href: '#/settings',
            onclick: (event) => {
              event.preventDefault();
              element.scrollIntoView({ behavior: 'smooth', block: 'start' });
            },
          },
          TITLES[name] ?? words(name),
        ),
      ),
    );
    showBar();
    // A word may have been entered while the settings were loaded.
    filter();
    return [
      restartWanted.length > 0 && restartNote(),
      answer.writable === false &&
        note(
          'warn',
          'The settings cannot be changed here.',
          answer.obstacle ?? `${answer.file ?? 'The configuration file'} cannot be written.`,
        ),
      h(
        'div',
        { class: 'settings-layout' },
        nav,
        h(
          'div',
          { class: 'stack' },
          nothing,
          sections.map(({ element }) => element),
          bar,
        ),
      ),
    ];
  }

  const status = h('span', { role: 'status' });
  const save = button('Save', { kind: 'primary', onclick: () => store() });
  const bar = h(
    'div',
    { class: 'save-bar', hidden: true },
    status,
    h('div', { class: 'row' }, button('Discard', { onclick: () => open() }), save),
  );

  function changed() {
    showBar();
  }

  function showBar() {
    const touched = fields.filter((field) => field.changed());
    const wrong = touched.filter((field) => field.problem());
    bar.hidden = touched.length === 0;
    status.textContent =
      wrong.length > 0
        ? `${plural(wrong.length, 'entry', 'entries')} cannot be saved as ${wrong.length === 1 ? 'it is' : 'they are'}.`
        : `${plural(touched.length, 'change')} not saved.`;
  }

  async function store() {
    const touched = fields.filter((field) => field.changed());
    const wrong = touched.find((field) => field.problem());
    if (wrong) {
      wrong.focus();
      return;
    }
    await busy(save, async () => {
      try {
        const answer = await patch('api/settings', Object.fromEntries(touched.map((field) => [field.key, field.value()])));
        restartWanted = [...new Set([...restartWanted, ...(answer.restart ?? [])])];
        toast(answer.restart?.length > 0 ? 'Saved. Some changes apply after a restart.' : 'Saved. The change applies now.');
        open();
      } catch (error) {
        const named = fields.filter((field) => error.errors?.[field.key]);
        for (const field of named) field.complain(error.errors[field.key]);
        named[0]?.focus();
        toast(sentenceOf(error), 'bad');
      }
    });
  }

  function restartNote() {
    const element = note(
      'info',
      `${plural(restartWanted.length, 'saved setting applies', 'saved settings apply')} after a restart: ${restartWanted.join(', ')}.`,
    );
    element.append(
      button('Restart now', {
        iconName: 'restart',
        onclick: async (event) => {
          if (await restartDevice(event.currentTarget)) {
            restartWanted = [];
            open();
          }
        },
      }),
    );
    return element;
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { own, element } of sections) {
      let here = 0;
      for (const field of own) {
        const fits = wanted.every((word) => field.text.includes(word));
        field.element.hidden = !fits;
        here += fits ? 1 : 0;
      }
      element.hidden = here === 0;
      found += here;
    }
    nothing.hidden = found > 0;
    search.setAttribute('aria-label', wanted.length > 0 ? `Find a setting, ${number(found)} found` : 'Find a setting');
  }

  return { leave: () => bar.hidden || window.confirm('There are unsaved changes. Leave this view?') };
}

const rank = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
