import { h, put } from '../dom.js';
import { session } from '../api.js';
import { field, input, note } from '../ui.js';
import { capital, number } from '../format.js';

/** The model in words: faces or persons, and what that means. */

const PLURALS = { face: 'Faces', person: 'Persons' };

export const shortName = (name) => name.split('/').at(-1);

/** What a model detects, such as Faces. */
export const subject = (model) => model.labels.map((label) => PLURALS[label] ?? capital(label)).join(', ') || shortName(model.name);

/** Choices of models as radio buttons. */
export function modelChoices(models, chosenName, onChoose) {
  return h(
    'fieldset',
    { class: 'choices' },
    h('legend', { class: 'unseen' }, 'What to detect'),
    models.map((model) =>
      h(
        'label',
        { class: 'choice' },
        h('input', {
          type: 'radio',
          name: 'model',
          value: model.name,
          checked: model.name === chosenName,
          onchange: () => onChoose(model),
        }),
        h(
          'div',
          null,
          h('strong', null, `${subject(model)} (${shortName(model.name)})`),
          h('p', { class: 'hint' }, describe(model)),
        ),
      ),
    ),
  );
}

function describe(model) {
  const what =
    model.task === 'classifier'
      ? 'Whether one is anywhere in the picture, without a place or a count; zones do not apply.'
      : 'Where each one is, and how many there are.';
  const precision = model.precision ? ` ${capital(model.precision.metric)} ${number(model.precision.value, 2)}.` : '';
  return `${what} Looks at ${model.width}×${model.height} pixels: ${effort(model.macs)}.${precision}`;
}

function effort(macs) {
  if (macs < 30e6) return 'quick';
  return macs < 120e6 ? 'medium effort' : 'slower, finds smaller ones';
}

export const detectStep = {
  label: 'Detect',
  title: 'Choose what to detect',
  lead: 'The device looks for faces or for persons. Each camera picture is analysed on the device.',
  mount(root, chosen, { device }) {
    const name = field(
      'Name of this device',
      input({
        value: chosen.name,
        maxlength: 64,
        placeholder: session.deviceName ?? '',
        oninput: () => {
          chosen.name = name.control.value.trim();
        },
      }),
      { hint: 'For people: on this page and in Home Assistant. Without one, the name of the machine is used.' },
    );
    put(
      root,
      h(
        'div',
        { class: 'card stack' },
        device.models.length > 0
          ? modelChoices(device.models, chosen.model, (model) => {
              chosen.model = model.name;
              chosen.task = model.task;
              chosen.labels = model.labels;
            })
          : note('warn', 'No model can be used.'),
      ),
      h('div', { class: 'card stack' }, name.element),
    );
  },
};
