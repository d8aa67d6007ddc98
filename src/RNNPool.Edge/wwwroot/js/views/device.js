import { h, put } from '../dom.js';
import { get, patch, session } from '../api.js';
import { busy, button, card, field, input, load, note, sentenceOf, toast } from '../ui.js';
import { restartDevice } from '../restart.js';
import { cameraControls } from './camera-controls.js';
import { pinsCard } from './pins.js';
import { SETUP_HASH } from '../routes.js';
import { cameraStep, createPreview } from './setup-camera.js';
import { modelChoices, shortName, subject } from './setup-detect.js';

export function mount(root, { signal, actions }) {
  const waiting = h('div', null);
  const place = h('div', { class: 'stack' });
  const pending = new Set();
  put(
    actions,
    button('Set up again', {
      iconName: 'restart',
      onclick: () => {
        location.hash = SETUP_HASH;
      },
    }),
  );
  put(root, waiting, place);
  open();

  function open() {
    load(
      place,
      signal,
      async () => {
        const [settings, models] = await Promise.all([get('api/settings', { signal }), get('api/models', { signal })]);
        return { settings, models: models.models.filter((model) => !model.problem) };
      },
      show,
    );
  }

  function show({ settings, models }) {
    const values = Object.fromEntries(settings.settings.map((setting) => [setting.key, setting]));
    return [
      settings.writable === false &&
        note('warn', 'The settings cannot be changed here.', settings.obstacle ?? 'The configuration file cannot be written.'),
      h(
        'div',
        { class: 'two' },
        h('div', { class: 'stack' }, nameCard(values['Device:Name']), modelCard(models)),
        h('div', { class: 'stack' }, cameraCard(values['Camera:Source'])),
      ),
      pinsCard(signal, saved),
    ];
  }

  /** Saves settings, and offers the restart that they need. */
  async function save(control, what, changes, complain) {
    return busy(control, async () => {
      try {
        const answer = await patch('api/settings', changes);
        if (answer.restart.length > 0) saved(what);
        else toast('Saved. The change applies now.');
        return true;
      } catch (error) {
        const [sentence] = Object.values(error.errors ?? {});
        if (complain) complain(sentence ?? sentenceOf(error));
        else toast(sentence ?? sentenceOf(error), 'bad');
        return false;
      }
    });
  }

  function saved(what) {
    pending.add(what);
    toast('Saved. It applies after a restart.');
    put(
      waiting,
      h(
        'div',
        { class: 'note info' },
        h('div', null, h('p', null, `Saved and waiting for a restart: ${[...pending].join(', ')}.`)),
        button('Restart now', {
          iconName: 'restart',
          onclick: async (event) => {
            if (!(await restartDevice(event.currentTarget, { asked: true }))) return;
            pending.clear();
            put(waiting);
            open();
          },
        }),
      ),
    );
  }

  function nameCard(setting) {
    const name = field(
      'Name',
      input({ value: setting?.value ?? '', maxlength: 64, placeholder: session.deviceName ?? '', oninput: () => name.complain(null) }),
      { hint: 'For people: on this page and in Home Assistant.' },
    );
    const control = button('Save the name', {
      onclick: () => save(control, 'name', { 'Device:Name': name.control.value.trim() || null }, name.complain),
    });
    return card('Name', h('div', { class: 'stack' }, name.element, h('div', { class: 'row' }, control)));
  }

  function modelCard(models) {
    let chosen = models.find((model) => model.active);
    const control = button('Use it', {
      disabled: true,
      onclick: () => save(control, `${subject(chosen)} (${shortName(chosen.name)})`, { 'Model:Path': chosen.name }),
    });
    const choices = modelChoices(models, chosen?.name, (model) => {
      chosen = model;
      control.disabled = Boolean(model.active);
    });
    return card(
      'What it detects',
      h(
        'div',
        { class: 'stack' },
        choices,
        h('div', { class: 'row' }, control, h('a', { href: '#/models' }, 'All models and uploads')),
      ),
    );
  }

  function cameraCard(setting) {
    const source = setting?.value ?? null;
    const content = h('div', { class: 'stack' });
    const element = card('Camera', content);
    present();
    return element;

    function present() {
      put(
        content,
        createPreview(signal, source, { every: 1500, current: source }),
        h('p', { class: 'mono source' }, source ?? 'none'),
        h(
          'div',
          { class: 'row' },
          button('Change the camera', { iconName: 'camera', disabled: Boolean(setting?.locked), onclick: choose }),
        ),
        setting?.locked && h('p', { class: 'hint' }, setting.locked),
        source && cameraControls(signal, source, saved),
      );
    }

    function choose() {
      const chosen = { source, again: true, before: source };
      const controller = new AbortController();
      signal.addEventListener('abort', () => controller.abort(), { signal: controller.signal });
      const chooser = h('div', { class: 'stack' });
      const use = button('Use this camera', {
        kind: 'primary',
        onclick: async () => {
          if (chosen.source === source) return close();
          if ((await mounted.accept()) && (await save(use, 'camera', { 'Camera:Source': chosen.source }))) close();
          return undefined;
        },
      });
      put(content, chooser, h('div', { class: 'row' }, button('Cancel', { kind: 'quiet', onclick: close }), use));
      const mounted = cameraStep.mount(chooser, chosen, {
        signal: controller.signal,
        enable: (on) => {
          use.disabled = !on;
        },
      });

      function close() {
        controller.abort();
        present();
      }
    }
  }
}
