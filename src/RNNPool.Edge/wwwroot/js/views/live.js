import { h, put, setText } from '../dom.js';
import { icon } from '../icons.js';
import { get, post } from '../api.js';
import { follow, stream } from '../stream.js';
import { change, empty, note, toggle } from '../ui.js';
import { capital, clock, number, plural, score, span } from '../format.js';
import { Overlay } from '../overlay.js';
import { createPicture } from '../picture.js';
import { createBench } from '../bench.js';
import { createGlance } from '../glance.js';
import { describe, merge } from '../presences.js';
import { cameraQuery, chosenCamera, createCameraTabs, viewOf } from '../cameras.js';
import { causeOf, isLost } from '../camera-loss.js';

const LATEST = 6;

const PATIENCE_MS = 8000;

export function mount(root, { signal, onSettled }) {
  const canvas = h('canvas', { class: 'picture-overlay', 'aria-hidden': 'true' });
  let camera = chosenCamera(stream.state);
  const picture = createPicture(signal, {
    alt: 'What the camera sees now',
    camera: camera ?? undefined,
    layers: canvas,
    onFrame: (frame) => overlay.setFrame(frame),
  });
  const tabs = createCameraTabs(showCamera);
  const saveLink = h(
    'a',
    { class: 'button quiet brief', href: pictureAddress(), download: 'picture.jpg', 'aria-label': 'Save picture' },
    icon('download'),
    h('span', null, 'Save picture'),
  );
  const overlay = new Overlay(canvas, signal);
  const settled = Promise.race([picture.settled, patience(signal)]);
  const remarks = h('div', { class: 'stack remarks', 'aria-live': 'polite' });
  const hero = createHero();
  const glance = createGlance();
  const here = h('ul', { class: 'here' });
  const latest = h('ol', { class: 'latest' });
  const detection = toggle('Detection', true, (_, box) => change(box, (on) => post('api/control', { detection: on })));

  const option = (text, checked, change) =>
    toggle(text, checked, (on) => {
      change(on);
      overlay.draw();
    });
  put(
    root,
    remarks,
    h(
      'div',
      { class: 'live' },
      h(
        'div',
        { class: 'stack live-main' },
        h(
          'figure',
          { class: 'card picture-card' },
          tabs.element,
          h('div', { class: 'picture-stage' }, picture.element),
          h(
            'figcaption',
            { class: 'picture-bar' },
            h(
              'div',
              { class: 'row' },
              option('Boxes', true, (on) => {
                overlay.showBoxes = on;
              }),
              option('Zones', true, (on) => {
                overlay.showZones = on;
              }),
            ),
            saveLink,
          ),
        ),
        createBench(signal, settled),
        h(
          'section',
          { class: 'card', 'aria-labelledby': 'latest-title' },
          h('div', { class: 'card-head' }, h('h2', { id: 'latest-title' }, 'Latest events'), h('a', { href: '#/events' }, 'All events')),
          latest,
        ),
      ),
      h(
        'div',
        { class: 'stack live-side' },
        h(
          'section',
          { class: 'card hero-card', 'aria-labelledby': 'now-title' },
          h('h2', { id: 'now-title', class: 'unseen' }, 'Now'),
          hero.element,
          here,
          h('div', { class: 'hero-foot' }, detection),
        ),
        h(
          'section',
          { class: 'card', 'aria-labelledby': 'state-title' },
          h('div', { class: 'card-head' }, h('h2', { id: 'state-title' }, 'State')),
          glance.element,
        ),
      ),
    ),
  );

  const detectionBox = detection.querySelector('input');
  follow('state', signal, showState);

  function showState(state) {
    tabs.show(state);
    const view = viewOf(state, camera);
    picture.shape(view.camera.width, view.camera.height);
    picture.cover(isLost(view) ? 'The camera is lost' : null, isLost(view) ? causeOf(view.camera.failure) : null);
    overlay.threshold = state.detection.enterThreshold;
    overlay.setZoneCounts(view.zoneCounts);
    hero.show(state);
    glance.show(state, stream.sample);
    showHere(here, state.presences, (state.cameras ?? []).length > 1);
    showRemarks(remarks, state, view);
    if (detectionBox.getAttribute('aria-busy') !== 'true') detectionBox.checked = state.detection.enabled;
  }
  follow('sample', signal, (sample) => stream.state && glance.show(stream.state, sample));
  follow('detections', signal, (detections) => overlay.setDetections(detections));
  follow('event', signal, (event) => {
    known = merge([event], known);
    showLatest(latest, known);
  });

  function showCamera(name) {
    camera = name;
    picture.choose(name ?? undefined);
    overlay.clear();
    overlay.setZones([]);
    saveLink.href = pictureAddress();
    showState(stream.state);
    loadZones();
  }

  function pictureAddress() {
    return `api/live.jpg?boxes=1${cameraQuery(camera, '&')}`;
  }

  // The picture is also useful without zones.
  function loadZones() {
    const wanted = camera;
    get(`api/zones${cameraQuery(camera)}`, { signal }).then(
      (zones) => wanted === camera && overlay.setZones(zones.zones),
      () => {},
    );
  }

  let known = [];
  const refresh = async () => {
    loadZones();
    try {
      known = merge(await get('api/events?limit=60', { signal }), []);
      showLatest(latest, known);
    } catch {
      if (!signal.aborted) put(latest, h('li', { class: 'muted' }, 'The events could not be loaded.'));
    }
  };
  settled.then(() => {
    if (signal.aborted) return;
    refresh();
    onSettled();
  });
  // The stream did not deliver the events of the time in which the page was hidden or the device did not answer.
  let lost = false;
  stream.addEventListener(
    'connection',
    () => {
      if (stream.connection === 'open' && lost) refresh();
      if (stream.connection !== 'connecting') lost = stream.connection !== 'open';
    },
    { signal },
  );
}

/** Everything else waits for the first picture, but not for long once the device answers. */
function patience(signal) {
  return new Promise((resolve) => {
    let timer = 0;
    follow('state', signal, () => {
      timer ||= setTimeout(resolve, PATIENCE_MS);
    });
  });
}

/** The answer to the question that the device exists for. */
function createHero() {
  const title = h('p', { class: 'hero-title' }, '…');
  const sub = h('p', { class: 'hero-sub' });
  const spoken = h('p', { class: 'unseen', role: 'status' });
  const count = h('div', { class: 'hero-count', 'aria-hidden': 'true' });
  const element = h('div', { class: 'hero' }, count, h('div', null, title, sub), spoken);
  return {
    element,
    show(state) {
      const { kind, sign, name, detail, sentence } = answerOf(state);
      element.dataset.state = kind;
      setText(count, sign);
      setText(title, name);
      setText(sub, detail);
      setText(spoken, sentence ?? `${name}.`);
    },
  };
}

function answerOf(state) {
  const { active, paused } = state.detection;
  if (!active) return { kind: 'paused', sign: '–', name: 'Detection paused', detail: paused ?? 'Detection is off.' };
  const cameras = state.cameras ?? [state];
  if (!state.occupied && cameras.every(isLost))
    return { kind: 'unknown', sign: '?', name: 'Not known', detail: cameras.length > 1 ? 'All cameras are lost.' : 'The camera is lost.' };
  const names = cameras.map(({ camera }) => camera.name).join(', ');
  if (!state.occupied) return { kind: 'clear', sign: number(0), name: 'Not occupied', detail: `Watching ${names}` };
  // A classifier reports that there is an object, not how many.
  const counts = Object.entries(state.counts)
    .filter(([, n]) => n > 0)
    .map(([label, n]) => (state.engine.locatesObjects === false ? label : plural(n, label)))
    .join(', ');
  return {
    kind: 'occupied',
    sign: state.engine.locatesObjects === false ? '✓' : number(state.count),
    name: 'Occupied',
    detail: state.engine.locatesObjects === false ? capital(counts) : counts,
    sentence: `Occupied: ${counts}.`,
  };
}

/** The current presences. Elements are reused, so that focus and selection stay. */
function showHere(list, presences, several) {
  list.hidden = presences.length === 0;
  const rows = presences.map((presence) => {
    const row =
      list.querySelector(`[data-id="${CSS.escape(presence.id)}"]`) ??
      h('li', { dataset: { id: presence.id } }, h('span', { class: 'here-name' }), h('span', { class: 'here-what' }));
    setText(row.firstChild, capital(presence.label));
    const since = (Date.now() - Date.parse(presence.startTime)) / 1000;
    setText(
      row.lastChild,
      [
        several ? presence.camera : null,
        score(presence.score),
        presence.zones.length > 0 ? presence.zones.join(', ') : null,
        presence.stationary ? 'stationary' : `for ${span(since)}`,
      ]
        .filter(Boolean)
        .join(' · '),
    );
    return row;
  });
  if (rows.length !== list.children.length || rows.some((row, i) => list.children[i] !== row)) list.replaceChildren(...rows);
}

function showRemarks(place, state, view) {
  // The picture already shows the loss of the camera; that no frame is analysed follows from it.
  const shown = isLost(view) ? [state.cameras ? `camera ${view.camera.name}` : 'camera', 'detector'] : [];
  const remarks = (state.health?.components ?? [])
    .filter(({ name, state: kind }) => (kind === 'failed' || kind === 'degraded') && !shown.includes(name))
    .map(({ state: kind, reason }) => [kind === 'failed' ? 'bad' : 'warn', reason])
    .sort(([a], [b]) => a.localeCompare(b));
  const key = JSON.stringify(remarks.map(([kind, text]) => [kind, text.replace(/\d+(\.\d+)?/g, '#')]));
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.hidden = remarks.length === 0;
  put(
    place,
    remarks.map(([kind, text]) => note(kind, text)),
  );
}

function showLatest(list, presences) {
  if (presences.length === 0) {
    put(list, h('li', null, empty('events', 'No events yet', 'New presences appear here.')));
    return;
  }
  put(
    list,
    presences
      .slice(0, LATEST)
      .map((presence) =>
        h(
          'li',
          { class: 'latest-row', dataset: { ongoing: String(!presence.ended) } },
          h('span', { class: 'latest-time' }, clock(presence.start)),
          h('span', { class: 'latest-name' }, capital(presence.label)),
          h('span', { class: 'latest-what' }, describe(presence)),
        ),
      ),
  );
}
