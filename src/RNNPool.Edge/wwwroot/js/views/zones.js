import { h, put } from '../dom.js';
import { get, put as send } from '../api.js';
import { follow, stream } from '../stream.js';
import { busy, button, load, note, sentenceOf, toast } from '../ui.js';
import { createPicture } from '../picture.js';
import { createWorkbench } from '../zone-workbench.js';

export function mount(root, { signal }) {
  let bench = null;

  load(
    root,
    signal,
    // A page that is opened at this view has no state yet.
    () => Promise.all([get('api/zones', { signal }), stream.state ?? get('api/state', { signal })]),
    ([data, { engine }]) => {
      const locates = engine.locatesObjects !== false;
      const picture = createPicture(signal, { fps: 2, alt: 'What the camera sees now' });
      const save = button('Save', { kind: 'primary', onclick: () => store() });
      const discard = button('Discard', { onclick: () => bench.set(data) });
      const bar = h(
        'div',
        { class: 'save-bar', hidden: true },
        h('span', { role: 'status' }, 'The zones have changed.'),
        h('div', { class: 'row' }, discard, save),
      );
      bench = createWorkbench(picture.element, data, signal, {
        labels: engine.labels ?? [],
        zones: locates,
        onChange: () => {
          if (bench) bar.hidden = !bench.dirty;
        },
      });
      follow('state', signal, (state) => picture.shape(state.camera.width, state.camera.height));

      async function store() {
        if (!bench.check()) return;
        await busy(save, async () => {
          try {
            data = await send('api/zones', bench.value());
            bench.set(data);
            toast('The zones are saved and apply now.');
          } catch (error) {
            if (error.errors) bench.complain(error.errors);
            toast(sentenceOf(error), 'bad');
          }
        });
      }

      const remark = locates
        ? null
        : note('info', 'The model reports only whether there is an object, not where. Zones have no effect with it; motion masks have.');
      return [remark, bench.element, bar].filter(Boolean);
    },
  );

  return { leave: () => !bench?.dirty || window.confirm('The zones have unsaved changes. Leave this view?') };
}
