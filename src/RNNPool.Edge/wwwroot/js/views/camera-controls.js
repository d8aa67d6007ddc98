import { h, put } from '../dom.js';
import { get, patch, post } from '../api.js';
import { busy, button, field, input, load, select, sentenceOf, toast, toggle } from '../ui.js';
import { capital } from '../format.js';

/** Brightness, exposure and the like of a camera: a change is visible in the picture at once, and kept by saving it. */

const title = (name) => capital(name.replaceAll('_', ' '));

/** Whether two addresses are of one camera; an address without a device is the first one. */
const matches = (camera, source) => {
  const target = source.replace(/\?.*$/, '');
  return [camera.source, `v4l2:${camera.device}`].includes(target) || (target === 'v4l2:' && !camera.problem);
};

export function cameraControls(signal, source, saved) {
  const place = h('div', { class: 'stack' });
  if (!/^v4l2:/i.test(source)) return null;
  load(
    place,
    signal,
    () => get('api/cameras', { signal, timeout: 30000 }),
    ({ cameras }) => {
      const camera = cameras.find((one) => matches(one, source));
      return camera?.controls.length > 0 ? createForm(camera.controls) : h('p', { class: 'hint' }, 'This camera has no controls.');
    },
  );
  return h('details', { class: 'camera-controls' }, h('summary', null, 'Camera controls'), place);

  function createForm(initial) {
    let controls = initial;
    const changed = new Map();
    const list = h('div', { class: 'stack' });
    const keep = button('Save the controls', { kind: 'primary', disabled: true, onclick: store });
    const discard = button('Undo', { iconName: 'undo', kind: 'quiet', disabled: true, onclick: restore });
    show();
    return h(
      'div',
      { class: 'stack' },
      h('p', { class: 'hint' }, 'A change applies to the picture at once. Saved values are set whenever the camera opens.'),
      list,
      h('div', { class: 'row' }, discard, keep),
    );

    function show() {
      put(list, controls.filter((control) => control.value !== null && control.value !== undefined).map(row));
      keep.disabled = changed.size === 0;
      discard.disabled = changed.size === 0;
    }

    function row(control) {
      const set = (value) => attempt(control, value);
      const disabled = control.inactive;
      const hint = disabled ? 'Another control overrides it now.' : `${control.minimum} to ${control.maximum}, default ${control.default}`;
      if (control.choices) {
        const options = Object.entries(control.choices);
        const menu = select(options, String(control.value), { disabled, onchange: () => set(menu.value) });
        return field(title(control.name), menu, { hint: disabled ? hint : null }).element;
      }
      if (control.minimum === 0 && control.maximum === 1)
        return toggle(title(control.name), control.value === 1, (on) => set(on ? '1' : '0'), { disabled });
      const slider = input({
        type: 'range',
        class: 'slider',
        min: String(control.minimum),
        max: String(control.maximum),
        value: String(control.value),
        disabled,
        onchange: () => set(slider.value),
      });
      return field(title(control.name), slider, { hint, tags: h('span', { class: 'tag' }, String(control.value)) }).element;
    }

    async function attempt(control, value) {
      try {
        controls = await post('api/cameras/control', { source, name: control.name, value });
        changed.set(control.name, value);
      } catch (error) {
        toast(sentenceOf(error), 'bad');
      }
      show();
    }

    async function restore() {
      for (const name of changed.keys()) {
        const before = initial.find((control) => control.name === name);
        if (before) await attempt(before, String(before.value));
      }
      changed.clear();
      show();
    }

    function store() {
      return busy(keep, async () => {
        await patch('api/settings', Object.fromEntries([...changed].map(([name, value]) => [`Camera:Controls:${name}`, value])));
        initial = controls;
        changed.clear();
        saved('camera controls');
        show();
      });
    }
  }
}
