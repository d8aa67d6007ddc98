import { h, put } from '../dom.js';
import { icon } from '../icons.js';
import { get, patch, upload } from '../api.js';
import { follow, stream } from '../stream.js';
import { busy, button, card, confirm, empty, load, note, sentenceOf, toast } from '../ui.js';
import { bytes, capital, count, number } from '../format.js';
import { restartDevice } from '../restart.js';

export function mount(root, { signal }) {
  const models = h('div', null);
  const firmware = h('div', null);
  const packages = h('div', { hidden: true });
  put(
    root,
    h(
      'div',
      { class: 'two' },
      card('Models', h('div', { class: 'stack' }, models, modelUpload())),
      card('Coprocessor', h('div', { class: 'stack' }, firmware, packages)),
    ),
    versions(signal),
  );
  loadModels();
  loadFirmware();

  function loadModels() {
    load(
      models,
      signal,
      () => get('api/models', { signal }),
      (answer) =>
        h(
          'ul',
          { class: 'models' },
          answer.models.map((model) => modelRow(model, answer.active)),
        ),
    );
  }

  function loadFirmware() {
    load(firmware, signal, () => get('api/firmware', { signal }), showFirmware);
  }

  function modelRow(model, active) {
    const chosen = model.active ?? model.name === active;
    const facts = [
      model.labels?.join(', '),
      model.width && `${model.width}×${model.height}`,
      model.parameters && `${count(model.parameters)} parameters`,
      model.precision && `${model.precision.metric} ${number(model.precision.value, 3)}`,
      model.macs && `${count(model.macs)} multiply-adds`,
      model.bytes && `${bytes(model.bytes)} on a coprocessor`,
    ]
      .filter(Boolean)
      .join(' · ');
    const name = shortName(model.name);
    return h(
      'li',
      { class: 'model', dataset: { name } },
      h(
        'div',
        null,
        h(
          'p',
          { class: 'model-name' },
          name,
          chosen && h('span', { class: 'tag accent' }, 'in use'),
          model.uploaded && h('span', { class: 'tag' }, 'uploaded'),
        ),
        model.problem ? h('p', { class: 'fault' }, icon('error'), model.problem) : h('p', { class: 'hint' }, facts),
      ),
      !chosen && !model.problem && button('Use', { 'aria-label': `Use ${name}`, onclick: (event) => use(model, event.currentTarget) }),
    );
  }

  async function use(model, control) {
    if (!(await confirm(`Use ${shortName(model.name)}?`, 'The device restarts with it, which takes a few seconds.', 'Use it', 'primary')))
      return;
    await busy(control, async () => {
      await patch('api/settings', { 'Model:Path': model.name });
      await restartDevice(null, { asked: true });
      loadModels();
    });
  }

  function showFirmware(answer) {
    packages.hidden = !answer.endpoint;
    if (!packages.firstChild) packages.append(packageUpload());
    if (!answer.endpoint && !answer.coprocessor) {
      return empty(
        'chip',
        'No coprocessor',
        'This machine analyses every frame. To use a board, set Coprocessor: Endpoint in the settings.',
        h('a', { href: '#/settings' }, 'To the settings'),
      );
    }
    const device = answer.coprocessor;
    if (!device) return note('warn', `The coprocessor at ${answer.endpoint} does not answer.`, 'The device uses its own engine meanwhile.');
    const pairs = [
      ['Board', device.board],
      ['Firmware', device.firmware],
      ['Build', device.build],
      ['Device id', device.deviceId],
      ['Last start', device.bootReason],
      ['Model', device.model ? `${device.model}${device.modelTrial ? ' (on trial)' : ''}` : 'none'],
      ['Round trip', `${number(device.roundTripMs, 1)} ms`],
      ['At', answer.endpoint],
    ];
    return [
      h(
        'dl',
        { class: 'pairs' },
        pairs.map(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
      ),
      answer.slots?.length > 0 &&
        h(
          'div',
          { class: 'table-wrap' },
          h(
            'table',
            { class: 'table' },
            h(
              'thead',
              null,
              h(
                'tr',
                null,
                ['Slot', 'Model', 'State', 'Size'].map((name) => h('th', { scope: 'col' }, name)),
              ),
            ),
            h(
              'tbody',
              null,
              answer.slots.map((slot) =>
                h(
                  'tr',
                  null,
                  h('td', null, slot.slot),
                  h('td', null, slot.model ?? 'empty'),
                  h('td', null, slot.state),
                  h('td', null, slot.bytes ? bytes(slot.bytes) : ''),
                ),
              ),
            ),
          ),
        ),
    ];
  }

  function modelUpload() {
    return dropZone(
      'Add a model',
      'A model folder as a ZIP archive: arch.json and model.onnx, and model.rnnp for coprocessors. It is stored only if it runs.',
      '.zip',
      async (file, show) => {
        show(0, 'Sending the file');
        const name = nameOf(file);
        await upload(`api/models?name=${encodeURIComponent(name)}`, file, (part) =>
          show(part * 100, part < 1 ? 'Sending the file' : 'The device tests the model'),
        );
        loadModels();
        return `${name} is stored on the device; "Use it" activates it.`;
      },
    );
  }

  function packageUpload() {
    return dropZone(
      'Send the model again',
      'The package (.rnnp) of the model that this device uses. The previous one is kept until the new one has run.',
      '.rnnp',
      (file, show) =>
        new Promise((resolve, reject) => {
          const ended = new AbortController();
          const end = (work, value) => {
            ended.abort();
            work(value);
          };
          stream.addEventListener(
            'upload',
            ({ detail }) => {
              show(detail.percent, detail.message);
              if (detail.state === 'done') end(resolve, detail.message);
              if (detail.state === 'failed') end(reject, new Error(detail.message));
            },
            { signal: AbortSignal.any([signal, ended.signal]) },
          );
          show(0, 'Sending the file to the device');
          upload('api/firmware/model', file, () => {}).catch((error) => end(reject, error));
        }).finally(loadFirmware),
    );
  }
}

/** Uploaded models are named by their folder. */
const shortName = (name) => name.split('/').at(-1);

/** A name that the device takes, made of the file's. */
const nameOf = (file) =>
  file.name
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64) || 'model';

/** A place for a file: a button, or dropping it there; shows how far it is. */
function dropZone(title, hint, accept, send) {
  const chooser = h('input', {
    type: 'file',
    accept,
    class: 'unseen',
    tabindex: '-1',
    'aria-hidden': 'true',
    onchange: () => take(chooser.files[0]),
  });
  const choose = button('Choose a file', { iconName: 'upload', 'aria-label': `${title}: choose a file`, onclick: () => chooser.click() });
  const bar = h('progress', { class: 'progress', max: 100, value: 0, 'aria-label': title, hidden: true });
  const text = h('p', { role: 'status' });
  const zone = h(
    'div',
    {
      class: 'drop',
      dataset: { title },
      ondragover: over,
      ondragleave: () => {
        delete zone.dataset.over;
      },
      ondrop: drop,
    },
    h('h3', null, title),
    h('p', { class: 'hint' }, hint),
    choose,
    chooser,
    bar,
    text,
  );

  function over(event) {
    event.preventDefault();
    zone.dataset.over = 'true';
  }

  function drop(event) {
    event.preventDefault();
    delete zone.dataset.over;
    take(event.dataTransfer.files[0]);
  }

  async function take(file) {
    if (!file || choose.disabled) return;
    choose.disabled = true;
    bar.hidden = false;
    try {
      const message = await send(file, (value, sentence) => {
        bar.value = value;
        put(text, `${sentence.replace(/\.$/, '')}, ${Math.round(value)} %`);
      });
      bar.value = 100;
      put(text, icon('check'), ' ', message);
      toast(message);
    } catch (error) {
      put(text, h('span', { class: 'fault' }, icon('error'), sentenceOf(error)));
    } finally {
      bar.hidden = true;
      choose.disabled = false;
      chooser.value = '';
    }
  }

  return zone;
}

function versions(signal) {
  const list = h('dl', { class: 'pairs' });
  let shown = false;
  follow('state', signal, ({ versions: v, engine }) => {
    if (shown) return;
    shown = true;
    const pairs = [
      ['RNNPool.Edge', v.device],
      ['Engine', `${engine.name} ${engine.name === 'onnx' ? v.onnxRuntime : ''}`.trim()],
      ['.NET', v.runtime],
      ['System', v.os],
      ['Finds', engine.labels.map(capital).join(', ')],
    ];
    put(
      list,
      pairs.map(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
    );
  });
  return card('Versions', list);
}
