import { h, put } from '../dom.js';
import { mark } from '../icons.js';
import { get, session } from '../api.js';
import { button, load, note, toast } from '../ui.js';
import { SETUP_HASH } from '../routes.js';
import { cameraStep, aimStep } from './setup-camera.js';
import { detectStep } from './setup-detect.js';
import { networkStep, saveStep } from './setup-finish.js';
import { zoneStep, pinStep, brokerStep } from './setup-steps.js';

/** The first run, and setting a device up again. Nothing is written before the last step. */

const STEPS = [cameraStep, aimStep, detectStep, zoneStep, pinStep, brokerStep, networkStep, saveStep];

/** The answers outlive a reload of the page in this tab; passwords do not. */
const STORE = 'setup';

export function setUp(app, signal, done) {
  const body = h('div', { class: 'setup-body' });
  const again = session.configured;
  document.title = 'Set up · RNNPool.Edge';
  const steps = h('ol', { class: 'steps', 'aria-label': 'Steps' });
  const foot = h('div', { class: 'setup-foot' });
  put(
    app,
    h(
      'main',
      { class: 'setup' },
      h(
        'div',
        { class: 'setup-head' },
        mark(),
        h(
          'div',
          { class: 'brand-text' },
          h('p', { class: 'brand-name' }, again ? 'Set up this device again' : 'Set up this device'),
          h('p', { class: 'brand-sub' }, 'RNNPool.Edge'),
        ),
        again && button('Cancel', { kind: 'quiet', onclick: finish }),
      ),
      steps,
      body,
      foot,
    ),
  );
  const place = h('div', null);
  put(body, place);
  load(
    place,
    signal,
    () => readDevice(signal),
    (device) => {
      queueMicrotask(() => !signal.aborted && run(device));
      return null;
    },
  );

  function finish() {
    sessionStorage.removeItem(STORE);
    if (location.hash === SETUP_HASH) history.replaceState(null, '', '#/live');
    done();
  }

  function run(device) {
    const restored = restore(again);
    /** What has been chosen so far; every step reads and writes its part. */
    const chosen = restored?.chosen ?? initial(device);
    let at = -1;
    let controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort());
    const shown = () => STEPS.filter((step) => step.when?.(chosen) ?? true);
    // A step whose password the reload has lost is opened again.
    const limit = shown().findIndex((step) => step.incomplete?.(chosen));
    const wanted = Math.max(
      0,
      shown().findIndex((step) => step.label === restored?.at),
    );
    open(limit >= 0 ? Math.min(limit, wanted) : wanted, true);

    function open(index, first = false) {
      controller.abort();
      controller = new AbortController();
      at = index;
      const list = shown();
      const step = list[at];
      store(step);
      put(
        steps,
        list.map((other, i) =>
          h(
            'li',
            { 'aria-current': i === at ? 'step' : null, dataset: { done: String(i < at) } },
            other.label,
            i < at && h('span', { class: 'unseen' }, ' (done)'),
          ),
        ),
      );
      const heading = h('h1', { tabindex: '-1' }, step.title);
      const content = h('div', { class: 'stack' });
      const next = button(step.action ?? 'Continue', { kind: 'primary', onclick: go });
      put(
        body,
        h('div', { class: 'view-title' }, heading, h('p', { class: 'muted' }, step.lead)),
        at === 0 && device.obstacle && note('bad', 'The settings cannot be saved.', device.obstacle),
        content,
      );
      const skipText = typeof step.skip === 'function' ? step.skip(chosen) : step.skip;
      put(
        foot,
        h('div', { class: 'row' }, at > 0 && button('Back', { iconName: 'left', kind: 'quiet', onclick: () => open(at - 1) })),
        h('div', { class: 'row' }, skipText && button(skipText, { kind: 'quiet', onclick: skip }), next),
      );
      const context = {
        signal: controller.signal,
        next,
        device,
        finished: finish,
        /** Replaces the step by what has come of it. */
        replace(title, ...children) {
          put(steps);
          put(foot);
          put(body, h('div', { class: 'view-title' }, h('h1', { tabindex: '-1' }, title)), h('div', { class: 'stack' }, children));
          body.querySelector('h1').focus({ preventScroll: true });
        },
        enable(on) {
          next.disabled = !on || (at === 0 && Boolean(device.obstacle));
        },
      };
      const mounted = step.mount(content, chosen, context) ?? {};
      if (!first) {
        window.scrollTo(0, 0);
        heading.focus({ preventScroll: true });
      }
      const keep = () => store(step);
      content.addEventListener('input', keep);
      content.addEventListener('change', keep);

      async function go() {
        next.disabled = true;
        const ready = mounted.accept ? await mounted.accept() : true;
        next.disabled = false;
        if (ready === true && at + 1 < shown().length) open(at + 1);
        else if (typeof ready === 'string') toast(ready, 'bad');
      }

      function skip() {
        mounted.skip?.();
        open(at + 1);
      }
    }

    function store(step) {
      const { password, broker, ...rest } = chosen;
      const kept = { ...rest, password: '', broker: { ...broker, password: '' } };
      kept.lost = rest.lost || Boolean(password);
      kept.lostBroker = rest.lostBroker || Boolean(broker.password);
      try {
        sessionStorage.setItem(STORE, JSON.stringify({ again, at: step.label, chosen: kept }));
      } catch {
        // The browser stores nothing; the steps work without it.
      }
    }
  }
}

function restore(again) {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORE));
    return stored?.again === again ? stored : null;
  } catch {
    return null;
  }
}

/** What the device is and has now. */
async function readDevice(signal) {
  const options = { signal };
  const [settings, models, zones, pins, network] = await Promise.all([
    get('api/settings', options),
    get('api/models', options),
    get('api/zones', options),
    get('api/pins', options),
    get('api/network', options),
  ]);
  const values = Object.fromEntries(settings.settings.map((setting) => [setting.key, setting.value ?? null]));
  return {
    again: session.configured,
    obstacle: settings.writable ? null : (settings.obstacle ?? 'The configuration file cannot be written.'),
    file: settings.file,
    values,
    models: models.models.filter((model) => !model.problem),
    zones,
    pins,
    network,
  };
}

function initial({ again, values, models, zones, pins }) {
  const active = models.find((model) => model.active) ?? models[0];
  const [output] = pins.outputs;
  return {
    again,
    /** The camera so far; null for a device without one. */
    before: again ? values['Camera:Source'] : null,
    source: values['Camera:Source'],
    name: values['Device:Name'] ?? '',
    model: active?.name ?? null,
    task: active?.task ?? null,
    labels: active?.labels ?? [],
    zones,
    zonesChosen: false,
    pin: { pin: output?.pin ?? '', activeLow: output?.activeLow ?? false },
    pinChosen: false,
    broker: {
      host: values['Mqtt:Host'] ?? '',
      port: again && values['Mqtt:Host'] ? String(values['Mqtt:Port'] ?? '') : '',
      username: values['Mqtt:UserName'] ?? '',
      password: '',
      tls: values['Mqtt:Tls:Enabled'] === true,
    },
    brokerChosen: false,
    network: again ? (values['Web:Network'] ?? 'Off') : 'Https',
    pictures: values['Device:AllowImages'] === true,
    password: '',
  };
}
