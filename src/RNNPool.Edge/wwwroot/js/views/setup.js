import { h, put } from '../dom.js';
import { mark } from '../icons.js';
import { button, toast } from '../ui.js';
import { cameraStep, aimStep } from './setup-camera.js';
import { zoneStep, pinStep, brokerStep, passwordStep, saveStep } from './setup-steps.js';

/** The first run: from a device that knows nothing to one that watches. Nothing is written before the last step. */

const STEPS = [cameraStep, aimStep, zoneStep, pinStep, brokerStep, passwordStep, saveStep];

export function setUp(app, signal, done) {
  /** What has been chosen so far; every step reads and writes its part. */
  const chosen = {
    source: null,
    zones: { zones: [], motionMasks: [] },
    pin: { pin: '', activeLow: false },
    broker: { host: '', port: '', username: '', password: '', tls: false },
    password: '',
  };
  let at = 0;
  let controller = new AbortController();
  const steps = h('ol', { class: 'steps', 'aria-label': 'Steps' });
  const body = h('div', { class: 'setup-body' });
  const foot = h('div', { class: 'setup-foot' });
  document.title = 'Set up · RNNPool.Edge';
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
          h('p', { class: 'brand-name' }, 'Set up this device'),
          h('p', { class: 'brand-sub' }, 'RNNPool.Edge'),
        ),
      ),
      steps,
      body,
      foot,
    ),
  );
  signal.addEventListener('abort', () => controller.abort());
  open(0, true);

  function open(index, first = false) {
    controller.abort();
    controller = new AbortController();
    at = index;
    const step = STEPS[at];
    put(
      steps,
      STEPS.map((other, i) =>
        h(
          'li',
          { 'aria-current': i === at ? 'step' : null, dataset: { done: String(i < at) } },
          other.label,
          i < at && h('span', { class: 'unseen' }, ' (done)'),
        ),
      ),
    );
    const heading = h('h1', { tabindex: '-1' }, step.title);
    const place = h('div', { class: 'stack' });
    const next = button(step.action ?? 'Continue', { kind: 'primary', onclick: go });
    put(body, h('div', { class: 'view-title' }, heading, h('p', { class: 'muted' }, step.lead)), place);
    put(
      foot,
      h('div', { class: 'row' }, at > 0 && button('Back', { iconName: 'left', kind: 'quiet', onclick: () => open(at - 1) })),
      h('div', { class: 'row' }, step.skip && button(step.skip, { kind: 'quiet', onclick: skip }), next),
    );
    const context = {
      signal: controller.signal,
      next,
      finished: done,
      enable(on) {
        next.disabled = !on;
      },
    };
    const mounted = step.mount(place, chosen, context) ?? {};
    if (!first) {
      window.scrollTo(0, 0);
      heading.focus({ preventScroll: true });
    }

    async function go() {
      next.disabled = true;
      const ready = mounted.accept ? await mounted.accept() : true;
      next.disabled = false;
      if (ready === true && at + 1 < STEPS.length) open(at + 1);
      else if (typeof ready === 'string') toast(ready, 'bad');
    }

    function skip() {
      mounted.skip?.();
      open(at + 1);
    }
  }
}
