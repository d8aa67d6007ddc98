import { h, put } from '../dom.js';
import { icon } from '../icons.js';
import { get, post } from '../api.js';
import { busy, button, empty, field, input, load, note } from '../ui.js';

/** The steps of the first run about the camera. */

/** A still of a candidate camera, requested again after each one; shows a message when there is none. */
export function createPreview(signal, source, { alt = 'What this camera sees', every = 1000, current = null } = {}) {
  // The address of the configured camera is shown without its credentials, so its picture comes from the device.
  const path = current && source === current ? 'api/live.jpg?width=640' : `api/cameras/preview.jpg?source=${encodeURIComponent(source)}`;
  const image = h('img', { alt, class: 'picture-image', hidden: true });
  const message = h('div', { class: 'picture-message' }, h('p', { role: 'status' }, 'Opening the camera…'));
  const element = h('div', { class: 'picture setup-picture' }, image, message);
  let url = null;
  let timer = 0;

  async function next() {
    if (document.visibilityState === 'visible') await once();
    if (!signal.aborted) timer = setTimeout(next, every);
  }

  async function once() {
    try {
      const response = await fetch(path, {
        cache: 'no-store',
        credentials: 'same-origin',
        signal: AbortSignal.any([signal, AbortSignal.timeout(20000)]),
      });
      if (!response.ok) throw new Error((await response.json()).detail);
      const before = url;
      url = URL.createObjectURL(await response.blob());
      image.src = url;
      await image.decode();
      if (before) URL.revokeObjectURL(before);
      image.hidden = false;
      message.hidden = true;
      element.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
      element.style.maxWidth = `calc(72vh * ${image.naturalWidth / image.naturalHeight})`;
      element.dispatchEvent(new Event('picture'));
    } catch (error) {
      if (signal.aborted) return;
      image.hidden = true;
      message.hidden = false;
      put(message, empty('camera', 'No picture', error.name === 'TimeoutError' ? 'The camera takes too long to answer.' : error.message));
    }
  }

  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    if (url) URL.revokeObjectURL(url);
  });
  next();
  return element;
}

export const cameraStep = {
  label: 'Camera',
  title: 'Choose the camera',
  lead: 'These are connected to the device. A network camera or a folder of pictures can be entered by its address.',
  mount(root, chosen, { signal, enable }) {
    const list = h('div', null);
    const result = h('div', { role: 'status' });
    const preview = h('div', null);
    const address = field(
      'Address',
      input({ placeholder: 'rtsp://camera.local/stream', spellcheck: 'false', value: '', oninput: () => chooseOther(false) }),
      { hint: '/dev/video0, webcam, csi, an address such as rtsp://camera.local/stream, a folder, or synthetic: for generated pictures.' },
    );
    const look = button('Show its picture', { iconName: 'camera', onclick: () => chooseOther(true) });
    const other = h('input', {
      type: 'radio',
      name: 'camera',
      value: 'other',
      onchange: () => {
        showOther(true);
        chooseOther(false);
      },
    });
    const otherForm = h('div', { class: 'stack', hidden: true }, address.element, h('div', { class: 'row' }, look));
    let previewing = new AbortController();
    signal.addEventListener('abort', () => previewing.abort());
    enable(false);
    put(
      root,
      h(
        'div',
        { class: 'card stack' },
        list,
        h(
          'label',
          { class: 'choice' },
          other,
          h('div', null, h('strong', null, 'Another camera'), h('p', { class: 'hint' }, 'By its address')),
        ),
        otherForm,
      ),
      preview,
      result,
    );
    load(
      list,
      signal,
      () => get('api/cameras', { signal }),
      (answer) => show(Array.isArray(answer) ? { cameras: answer } : answer),
    );

    function show({ cameras, ribbon }) {
      const found = cameras.map((camera) => ({
        source: camera.source,
        name: camera.name,
        problem: camera.problem,
        sizes: camera.formats?.flatMap((format) => format.sizes).map((size) => size.width) ?? [],
      }));
      if (ribbon) found.push({ source: 'rpicam:0', name: 'Camera on the ribbon cable', sizes: [] });
      if (found.length === 0) {
        other.checked = true;
        showOther(true);
        if (chosen.source) {
          address.control.value = chosen.source;
          chooseOther(true);
        }
        return note(
          'info',
          'No camera is connected to this device.',
          'Connect one and reload this page, or enter the address of a network camera.',
        );
      }
      const choices = h(
        'fieldset',
        { class: 'choices' },
        h('legend', { class: 'unseen' }, 'Cameras'),
        found.map((camera) =>
          h(
            'label',
            { class: 'choice' },
            h('input', {
              type: 'radio',
              name: 'camera',
              value: camera.source,
              checked: camera.source === chosen.source,
              onchange: () => {
                showOther(false);
                choose(camera.source);
              },
            }),
            h(
              'div',
              null,
              h('strong', null, camera.name),
              h(
                'p',
                { class: 'hint' },
                [camera.source, camera.problem ?? (camera.sizes.length > 0 ? `up to ${Math.max(...camera.sizes)} pixels wide` : null)]
                  .filter(Boolean)
                  .join(' · '),
              ),
            ),
          ),
        ),
      );
      if (chosen.source && !found.some((camera) => camera.source === chosen.source)) {
        other.checked = true;
        showOther(true);
        address.control.value = chosen.source;
      }
      if (chosen.source) choose(chosen.source);
      return choices;
    }

    function showOther(on) {
      otherForm.hidden = !on;
      if (!on) address.complain(null);
    }

    function chooseOther(showIt) {
      const source = address.control.value.trim();
      chosen.source = source || null;
      enable(Boolean(source));
      put(result);
      if (showIt && source) choose(source);
      else stopPreview();
    }

    function stopPreview() {
      previewing.abort();
      put(preview);
    }

    function choose(source) {
      chosen.source = source;
      enable(true);
      put(result);
      stopPreview();
      previewing = new AbortController();
      put(preview, createPreview(previewing.signal, source, { current: chosen.before }));
    }

    return {
      async accept() {
        if (chosen.before && chosen.source === chosen.before) return true;
        const answer = await busy(root, () => post('api/test/camera', { source: chosen.source }, { timeout: 30000 }));
        if (!answer) return false;
        put(result, note(answer.ok ? 'good' : 'bad', answer.message, answer.hint));
        return answer.ok;
      },
    };
  },
};

export const aimStep = {
  label: 'Aim',
  title: 'Aim the camera',
  lead: 'Turn the camera until everything that matters is in the picture.',
  mount(root, chosen, { signal }) {
    const picture = createPreview(signal, chosen.source, { every: 300, current: chosen.before });
    put(
      root,
      h('div', { class: 'card picture-card' }, h('div', { class: 'picture-stage' }, picture)),
      h(
        'ul',
        { class: 'card advice' },
        [
          'Faces are found best at eye height or a little above, turned towards the camera.',
          'Light should fall on people, not come from behind them: avoid windows in the picture.',
          "A distant person is small: a face needs about a tenth of the picture's height.",
        ].map((sentence) => h('li', null, icon('check'), h('span', null, sentence))),
      ),
    );
  },
};
