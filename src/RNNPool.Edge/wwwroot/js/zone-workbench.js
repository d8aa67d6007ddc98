import { h, put } from './dom.js';
import { icon } from './icons.js';
import { button, empty, field, iconButton, input, select } from './ui.js';
import { capital } from './format.js';
import { PolygonEditor } from './polygon-editor.js';

/** Zones and masks over a picture with a list beside it: the zones view, and a step of the first run. */

const NAME = /^[a-z0-9_-]{1,32}$/;
const MOST_UNDO = 100;

const RECTANGLE = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.8],
  [0.3, 0.8],
];

/**
 * @param {Element} picture what lies under the zones
 * @param {{zones: object[], motionMasks: [number, number][][]}} initial as GET /api/zones gives it
 * @param {{labels: string[], zones: boolean, masks: boolean, onChange: () => void}} options
 */
export function createWorkbench(picture, initial, signal, { labels = [], zones = true, masks = true, onChange = () => {} } = {}) {
  const editor = new PolygonEditor(picture, signal);
  const list = h('ul', { class: 'shape-list' });
  const form = h('div', { class: 'stack shape-form' });
  const cornerActions = h('div', { class: 'row' });
  const announcer = h('p', { class: 'unseen', role: 'status' });
  const undoButton = button('Undo', { iconName: 'undo', kind: 'quiet brief', 'aria-label': 'Undo', onclick: undo });
  let past = [];
  let lastRun = null;
  let saved = '';
  let complaints = {};
  let nameField = null;

  const element = h(
    'div',
    { class: 'workbench' },
    h(
      'div',
      { class: 'card picture-card' },
      h('div', { class: 'picture-stage' }, editor.element),
      h('div', { class: 'picture-bar' }, cornerActions, undoButton),
      h(
        'p',
        { class: 'hint editor-keys', id: 'editor-keys' },
        'Drag corners, or a dot between two of them for a new corner. With the keyboard: Tab to a corner, arrow keys move it ' +
          '(with Shift further), + adds one, Delete removes it.',
      ),
    ),
    h(
      'div',
      { class: 'stack' },
      h(
        'section',
        { class: 'card', 'aria-label': 'Zones and masks' },
        list,
        h(
          'div',
          { class: 'row shape-add' },
          zones && button('Add zone', { iconName: 'plus', onclick: () => add('zone') }),
          masks && button('Add mask', { iconName: 'plus', kind: 'quiet', onclick: () => add('mask') }),
        ),
        announcer,
      ),
      form,
    ),
  );

  editor.addEventListener('before', (event) => remember(event.detail));
  editor.addEventListener('change', changed);
  editor.addEventListener('select', () => {
    lastRun = null;
    showList();
    showForm();
  });
  editor.addEventListener('corner', showActions);

  function set(data) {
    editor.shapes = [
      ...data.zones.map((zone) => ({ ...zone, kind: 'zone', points: structuredClone(zone.points) })),
      ...data.motionMasks.map((points, i) => ({ kind: 'mask', name: `mask ${i + 1}`, points: structuredClone(points) })),
    ];
    past = [];
    saved = snapshot();
    complaints = {};
    editor.select(editor.shapes.length > 0 ? 0 : -1);
    changed();
  }

  const snapshot = () => JSON.stringify(editor.shapes);

  function remember(run = null) {
    if (run !== null && run === lastRun) return;
    lastRun = run;
    past.push({ shapes: snapshot(), selected: editor.selected });
    if (past.length > MOST_UNDO) past.shift();
  }

  function undo() {
    const before = past.pop();
    if (!before) return;
    editor.shapes = JSON.parse(before.shapes);
    editor.select(Math.min(before.selected, editor.shapes.length - 1));
    announcer.textContent = 'Undone.';
    changed();
  }

  function changed() {
    undoButton.disabled = past.length === 0;
    showActions();
    onChange();
  }

  function add(kind) {
    remember();
    const taken = new Set(editor.shapes.map((shape) => shape.name));
    let n = 1;
    while (taken.has(kind === 'zone' ? `zone-${n}` : `mask ${n}`)) n += 1;
    const shift = (editor.shapes.length % 4) * 0.03;
    const points = RECTANGLE.map(([x, y]) => [x + shift, y + shift / 2]);
    const shape =
      kind === 'zone' ? { kind, name: `zone-${n}`, points, anchor: 'BottomCentre', labels: [] } : { kind, name: `mask ${n}`, points };
    editor.shapes.push(shape);
    editor.select(editor.shapes.length - 1);
    announcer.textContent = `${capital(kind)} added. It has four corners.`;
    changed();
    (kind === 'zone' ? nameField?.control : list.lastElementChild?.querySelector('button'))?.focus();
  }

  function removeShape(index) {
    remember();
    const [shape] = editor.shapes.splice(index, 1);
    editor.select(Math.min(index, editor.shapes.length - 1));
    announcer.textContent = `${shape.name} removed.`;
    changed();
    (list.querySelector('button') ?? element.querySelector('.shape-add button')).focus();
  }

  function showList() {
    list.hidden = editor.shapes.length === 0;
    put(
      list,
      editor.shapes.map((shape, index) =>
        h(
          'li',
          { class: 'shape-row' },
          h(
            'button',
            {
              type: 'button',
              class: `shape-pick ${shape.kind}`,
              'aria-pressed': String(index === editor.selected),
              onclick: () => editor.select(index),
            },
            h('span', { class: 'swatch', 'aria-hidden': 'true' }),
            h('span', null, shape.name || 'no name'),
            shape.kind === 'mask' && h('span', { class: 'tag' }, 'motion mask'),
          ),
          iconButton(`Remove ${shape.name}`, 'trash', { onclick: () => removeShape(index) }),
        ),
      ),
    );
  }

  function showForm() {
    const shape = editor.shapes[editor.selected];
    nameField = null;
    if (editor.shapes.length === 0) {
      put(
        form,
        h('div', { class: 'card' }, empty('zones', 'No zones', 'The whole picture counts. Add a zone to detect where a person is.')),
      );
    } else if (!shape) {
      put(form);
    } else if (shape.kind === 'mask') {
      put(
        form,
        h(
          'section',
          { class: 'card stack', 'aria-label': shape.name },
          h('h2', null, capital(shape.name)),
          h(
            'p',
            { class: 'muted' },
            'Motion in this area, such as a tree, a screen or a street, does not count. It applies only if Motion: Enabled is on.',
          ),
        ),
      );
    } else {
      put(form, zoneForm(shape));
    }
    showActions();
  }

  function zoneForm(shape) {
    const name = input({
      value: shape.name,
      maxlength: 32,
      spellcheck: 'false',
      autocapitalize: 'off',
      oninput: () => {
        remember('name');
        shape.name = name.value.trim();
        delete complaints[shape.name];
        nameField.complain(nameProblem(shape));
        showList();
        editor.render();
        changed();
      },
    });
    nameField = field('Name', name, { hint: 'Lower-case letters, digits, - and _. Events and pins use this name.' });
    nameField.complain(nameProblem(shape));
    const anchor = select(
      [
        ['', 'automatic: the middle of a face, else the feet'],
        ['BottomCentre', 'feet: the middle of the lower edge'],
        ['Centre', 'middle of the box'],
      ],
      shape.anchor ?? '',
      {
        onchange: () => {
          remember();
          shape.anchor = anchor.value || null;
          changed();
        },
      },
    );
    const labelBoxes =
      labels.length > 1
        ? h(
            'fieldset',
            { class: 'field' },
            h('legend', { class: 'label' }, 'Labels that count'),
            h(
              'div',
              { class: 'row' },
              labels.map((label) => labelBox(shape, label)),
            ),
            h('p', { class: 'hint' }, 'Without a choice, every label counts.'),
          )
        : null;
    return h(
      'section',
      { class: 'card stack', 'aria-label': `Zone ${shape.name}` },
      h('h2', null, 'Zone'),
      nameField.element,
      field('A person is inside when this point is', anchor).element,
      percent(shape, 'minHeight', 'Least height', 100, {
        hint: "Percent of the picture's height; smaller boxes do not count. The dashed box shows it. 0 counts every size.",
      }),
      percent(shape, 'enterThreshold', 'Least score', 99, { hint: 'Percent. 0 counts everything that the device announces.' }),
      labelBoxes,
    );
  }

  /** A fraction of the zone, entered in percent. */
  function percent(shape, name, label, maximum, { hint }) {
    const made = field(
      label,
      input({
        value: String(Math.round((shape[name] ?? 0) * 1000) / 10),
        inputmode: 'decimal',
        oninput: () => {
          const value = Number(made.control.value.trim().replace(',', '.'));
          const fits = made.control.value.trim() !== '' && value >= 0 && value <= maximum;
          made.complain(fits ? null : `Enter a number from 0 to ${maximum}.`);
          if (!fits) return;
          remember(name);
          shape[name] = Math.round(value * 10) / 1000;
          if (name === 'enterThreshold') shape.leaveThreshold = Math.min(shape.leaveThreshold ?? 0, shape.enterThreshold);
          editor.render();
          changed();
        },
      }),
      { hint },
    );
    return made.element;
  }

  function labelBox(shape, label) {
    const box = h('input', {
      type: 'checkbox',
      checked: (shape.labels ?? []).includes(label),
      onchange: () => {
        remember();
        shape.labels = box.checked ? [...(shape.labels ?? []), label] : shape.labels.filter((other) => other !== label);
        changed();
      },
    });
    return h('label', { class: 'row' }, box, label);
  }

  function showActions() {
    const shape = editor.shapes[editor.selected];
    put(
      cornerActions,
      shape && [
        button('Add corner', { iconName: 'plus', kind: 'quiet', disabled: shape.points.length >= 32, onclick: () => editor.addCorner() }),
        button('Remove corner', {
          iconName: 'minus',
          kind: 'quiet',
          disabled: shape.points.length <= 3,
          onclick: () => editor.removeCorner(),
        }),
      ],
    );
  }

  function nameProblem(shape) {
    if (complaints[shape.name]) return complaints[shape.name];
    if (!NAME.test(shape.name)) return shape.name ? 'Use 1 to 32 lower-case letters, digits, - and _.' : 'Give the zone a name.';
    return editor.shapes.some((other) => other !== shape && other.kind === 'zone' && other.name === shape.name)
      ? 'Another zone has this name.'
      : null;
  }

  set(initial);
  return {
    element,
    editor,
    set,
    get dirty() {
      return snapshot() !== saved;
    },
    /** What PUT /api/zones takes. */
    value: () => ({
      zones: editor.shapes.filter((shape) => shape.kind === 'zone').map(({ kind, ...zone }) => zone),
      motionMasks: editor.shapes.filter((shape) => shape.kind === 'mask').map((shape) => shape.points),
    }),
    /** Chooses the first zone with a wrong name; true when there is none. */
    check() {
      const index = editor.shapes.findIndex((shape) => shape.kind === 'zone' && nameProblem(shape));
      if (index < 0) return true;
      editor.select(index);
      nameField.control.focus();
      return false;
    },
    /** Shows the device's errors about zones; keys are such as `zones[0].name`. */
    complain(errors) {
      const zones = editor.shapes.filter((shape) => shape.kind === 'zone');
      for (const [key, sentence] of Object.entries(errors)) {
        const match = /zones\D*(\d+)/i.exec(key);
        if (match && zones[match[1]]) complaints[zones[match[1]].name] = sentence;
      }
      const first = editor.shapes.findIndex((shape) => complaints[shape.name]);
      if (first >= 0) editor.select(first);
      complaints = {};
    },
  };
}
