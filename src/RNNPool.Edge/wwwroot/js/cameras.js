import { h, newId, setText } from './dom.js';

/** The cameras of a device with several, and which of them the page shows. */

/** Name of the chosen camera; null for the main one. It stays chosen in the next view. */
let chosen = null;

/** @returns {string|null} null for the main camera, also when the chosen one no longer exists */
export function chosenCamera(state) {
  const names = (state?.cameras ?? []).map(({ camera }) => camera.name);
  return names.slice(1).includes(chosen) ? chosen : null;
}

/** The state as that of one camera: its own size, presence and numbers. */
export function viewOf(state, name) {
  const own = state.cameras?.find(({ camera }) => camera.name === name) ?? state.cameras?.[0];
  return own ? { ...state, ...own } : state;
}

/** The query of an address for a camera. */
export const cameraQuery = (name, first = '?') => (name === null ? '' : `${first}camera=${encodeURIComponent(name)}`);

/**
 * The tabs of the cameras; hidden on a device with one.
 * @param {(name: string|null) => boolean|void} onChoose false refuses the choice
 */
export function createCameraTabs(onChoose) {
  const group = newId('cameras');
  const bar = h('div', { class: 'segments' });
  const element = h('fieldset', { class: 'segments-set camera-tabs', hidden: true }, h('legend', { class: 'unseen' }, 'Camera'), bar);
  let names = '';

  function choose(name) {
    if (onChoose(name) === false) mark();
    else chosen = name;
  }

  function mark() {
    for (const input of bar.querySelectorAll('input')) input.checked = (input.dataset.main ? null : input.value) === chosen;
  }

  return {
    element,
    show(state) {
      const cameras = state.cameras ?? [];
      element.hidden = cameras.length < 2;
      const fresh = cameras.map(({ camera }) => camera.name);
      if (fresh.join() !== names) {
        names = fresh.join();
        chosen = chosenCamera(state);
        bar.replaceChildren(...fresh.map((name, index) => tab(name, index === 0)));
        mark();
      }
      cameras.forEach(({ camera, count, occupied }, index) => {
        const label = bar.children[index];
        label.dataset.tone = camera.state === 'open' ? (occupied ? 'occupied' : 'clear') : 'bad';
        setText(label.querySelector('.camera-tab-what'), camera.state === 'lost' ? 'lost' : occupied ? String(count) : '');
      });
    },
  };

  function tab(name, isMain) {
    const input = h('input', { type: 'radio', name: group, value: name, onchange: () => choose(isMain ? null : name) });
    if (isMain) input.dataset.main = 'true';
    return h('label', null, input, h('span', null, name, h('b', { class: 'camera-tab-what' })));
  }
}
