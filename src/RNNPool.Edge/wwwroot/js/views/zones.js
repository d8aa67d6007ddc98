import { h, put } from '../dom.js';
import { get, put as send } from '../api.js';
import { follow, stream } from '../stream.js';
import { busy, button, load, note, sentenceOf, toast } from '../ui.js';
import { cameraQuery, chosenCamera, createCameraTabs, viewOf } from '../cameras.js';
import { createPicture } from '../picture.js';
import { createWorkbench } from '../zone-workbench.js';

const QUESTION = 'The zones have unsaved changes. Leave this view?';

export function mount(root, { signal }) {
  const place = h('div', { class: 'stack' });
  const mayLeave = () => !bench?.dirty || window.confirm(QUESTION);
  const tabs = createCameraTabs((name) => {
    if (!mayLeave()) return false;
    open(name);
    return true;
  });
  let bench = null;
  let shown = null;

  put(root, tabs.element, place);
  follow('state', signal, (state) => tabs.show(state));
  open(chosenCamera(stream.state));

  function open(camera) {
    shown?.abort();
    shown = new AbortController();
    signal.addEventListener('abort', () => shown.abort(), { signal: shown.signal });
    bench = null;
    showZones(camera, shown.signal);
  }

  function showZones(camera, ending) {
    const address = `api/zones${cameraQuery(camera)}`;
    load(
      place,
      ending,
      // A page that is opened at this view has no state yet.
      () => Promise.all([get(address, { signal: ending }), stream.state ?? get('api/state', { signal: ending })]),
      ([data, { engine }]) => {
        const locates = engine.locatesObjects !== false;
        const picture = createPicture(ending, { fps: 2, alt: 'What the camera sees now', camera: camera ?? undefined });
        const save = button('Save', { kind: 'primary', onclick: () => store() });
        const discard = button('Discard', { onclick: () => bench.set(data) });
        const bar = h(
          'div',
          { class: 'save-bar', hidden: true },
          h('span', { role: 'status' }, 'The zones have changed.'),
          h('div', { class: 'row' }, discard, save),
        );
        bench = createWorkbench(picture.element, data, ending, {
          labels: engine.labels ?? [],
          zones: locates,
          onChange: () => {
            if (bench) bar.hidden = !bench.dirty;
          },
        });
        follow('state', ending, (state) => {
          const view = viewOf(state, camera);
          picture.shape(view.camera.width, view.camera.height);
        });

        async function store() {
          if (!bench.check()) return;
          await busy(save, async () => {
            try {
              data = await send(address, bench.value());
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
  }

  return { leave: mayLeave };
}
