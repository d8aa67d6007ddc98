import { h, put, setText } from '../dom.js';
import { icon } from '../icons.js';
import { get } from '../api.js';
import { eventPicture } from '../event-picture.js';
import { follow, stream } from '../stream.js';
import { button, empty, field, input, load, note, select } from '../ui.js';
import { capital, clock, day, number, score, span, stamp } from '../format.js';
import { duration, merge, reasonOf } from '../presences.js';

const PAGE = 200;
const MOST = 1000;

const RANGES = [
  ['hour', 'Last hour', 3600],
  ['day', 'Last 24 hours', 86400],
  ['week', 'Last 7 days', 604800],
  ['all', 'All stored events', null],
  ['between', 'Between two times', null],
];

export function mount(root, { signal }) {
  const list = h('div', { class: 'card events-card' });
  const label = select([['', 'Everything']], '', { onchange: refresh });
  const range = select(
    RANGES.map(([key, text]) => [key, text]),
    'day',
    { onchange: chooseRange },
  );
  const from = input({ type: 'datetime-local', onchange: refresh });
  const until = input({ type: 'datetime-local', onchange: refresh });
  const between = [field('From', from).element, field('Until', until).element];
  for (const element of between) element.hidden = true;
  const count = h('p', { class: 'unseen', role: 'status' });
  let limit = PAGE;
  let presences = [];
  let complete = true;
  let pictures = false;
  let rows = new Map();
  const groups = h('div', null);
  const days = new Map();

  put(
    root,
    h(
      'form',
      { class: 'filters', 'aria-label': 'Filter', onsubmit: (event) => event.preventDefault() },
      field('Show', label).element,
      field('Time range', range).element,
      between,
    ),
    count,
    list,
  );

  for (const name of stream.state?.engine.labels ?? []) addLabel(name);

  function addLabel(name) {
    if (![...label.options].some((option) => option.value === name)) label.append(h('option', { value: name }, capital(name)));
  }

  function chooseRange() {
    for (const element of between) element.hidden = range.value !== 'between';
    refresh();
  }

  function since() {
    if (range.value === 'between') return from.value ? new Date(from.value) : null;
    const seconds = RANGES.find(([key]) => key === range.value)[2];
    return seconds ? new Date(Date.now() - seconds * 1000) : null;
  }

  const before = () => (range.value === 'between' && until.value ? new Date(until.value) : null);
  const fits = (event) =>
    (!label.value || event.label === label.value) &&
    (!before() || new Date(event.startTime) <= before()) &&
    (!since() || new Date(event.time) >= since());

  function refresh() {
    limit = PAGE;
    reload();
  }

  let attempt = 0;
  function reload() {
    attempt += 1;
    const mine = attempt;
    load(
      list,
      signal,
      async () => {
        const query = new URLSearchParams({ limit });
        if (label.value) query.set('label', label.value);
        const start = since();
        if (start) query.set('since', start.toISOString());
        return get(`api/events?${query}`, { signal });
      },
      (events) => {
        if (mine !== attempt) return [...list.childNodes];
        complete = events.length < limit;
        for (const event of events) addLabel(event.label);
        presences = merge(events.filter(fits), []);
        return content();
      },
    );
  }

  /** Rows and days are kept and only changed, so that what is open or focused stays so while events come in. */
  function content() {
    count.textContent = `${number(presences.length)} shown.`;
    if (presences.length === 0) {
      const filtered = label.value || range.value !== 'all';
      return empty(
        'events',
        'Nothing to show',
        filtered ? 'There are no presences in this time. Choose a longer one to see earlier presences.' : 'New presences appear here.',
        filtered &&
          button('Show everything', {
            onclick: () => {
              label.value = '';
              range.value = 'all';
              chooseRange();
            },
          }),
      );
    }
    rows = new Map(presences.map((presence) => [presence.id, rows.get(presence.id)?.update(presence) ?? createRow(presence)]));
    arrange(
      groups,
      daysOf(presences).map(([name, own]) => {
        const section =
          days.get(name) ?? h('section', { 'aria-label': name }, h('h2', { class: 'day' }, name), h('div', { class: 'timeline' }));
        days.set(name, section);
        arrange(
          section.lastChild,
          own.map((presence) => rows.get(presence.id).element),
        );
        return section;
      }),
    );
    return [
      groups,
      !complete &&
        (limit < MOST
          ? h(
              'div',
              { class: 'row more-events' },
              button('Show more', {
                onclick: () => {
                  limit = Math.min(limit * 2, MOST);
                  reload();
                },
              }),
            )
          : note('info', `These are the newest ${MOST} events of this time. Choose a shorter time to see others.`)),
    ];
  }

  function createRow(presence) {
    const what = h('span', { class: 'event-what' });
    const tags = h('span', { class: 'event-tags' });
    const best = h('span', { class: 'tag' });
    const body = h('div', { class: 'event-body' });
    const image = h('span', { class: 'event-picture' }, thumbnail(presence.id) ?? icon('person'));
    const element = h(
      'details',
      { class: 'event', dataset: { id: presence.id }, ontoggle: () => row.showBody() },
      h(
        'summary',
        null,
        h('span', { class: 'event-time' }, clock(presence.start)),
        image,
        h('span', { class: 'event-main' }, h('span', { class: 'event-name' }, capital(presence.label)), what, tags),
        best,
        icon('right'),
      ),
      body,
    );
    let shown = null;
    const row = {
      element,
      update(newer) {
        presence = newer;
        setText(what, presence.ended ? span(duration(presence)) : `since ${clock(presence.start)}`);
        setText(best, score(presence.topScore));
        put(
          tags,
          presence.zones.map((zone) => h('span', { class: 'tag' }, zone)),
          !presence.ended && h('span', { class: 'tag accent' }, presence.last.stationary ? 'stationary' : 'present now'),
        );
        row.showBody();
        return row;
      },
      showBody() {
        if (!element.open) {
          shown = null;
          put(body);
          return;
        }
        // There may be a better picture when the presence has ended.
        const version = `${pictures} ${presence.ended}`;
        if (shown?.version !== version) shown = { version, element: pictures ? eventPicture(presence.id, signal) : null };
        put(body, details(presence), shown.element);
      },
      showPicture() {
        put(image, thumbnail(presence.id) ?? icon('person'));
        row.showBody();
      },
    };
    return row.update(presence);
  }

  /** The picture kept with an event; most devices keep none, and then the place is a symbol. */
  function thumbnail(id) {
    if (!pictures) return null;
    const image = h('img', {
      src: `api/events/${encodeURIComponent(id)}/thumbnail.jpg`,
      alt: '',
      loading: 'lazy',
      onerror: () => image.replaceWith(icon('person')),
    });
    return image;
  }

  async function findPictures() {
    try {
      const { settings } = await get('api/settings', { signal });
      const value = (key) => settings.find((setting) => setting.key === key)?.value;
      pictures = Boolean((value('Journal:Thumbnails') || value('Mqtt:Pictures')) && value('Device:AllowImages'));
      if (pictures) for (const row of rows.values()) row.showPicture();
    } catch {
      // Without the settings the page assumes the default: pictures are not stored.
    }
  }

  follow('gap', signal, reload);
  follow('event', signal, (event) => {
    if (!fits(event)) return;
    presences = merge([event], presences);
    const shown = content();
    if (!groups.isConnected) put(list, shown);
  });
  let lost = false;
  stream.addEventListener(
    'connection',
    () => {
      if (stream.connection === 'open' && lost) reload();
      lost = stream.connection !== 'open';
    },
    { signal },
  );
  reload();
  findPictures();
}

/** Presences by the day of their beginning, in their order. */
function daysOf(presences) {
  const days = new Map();
  for (const presence of presences) {
    const name = day(presence.start);
    if (!days.has(name)) days.set(name, []);
    days.get(name).push(presence);
  }
  return [...days];
}

/** Makes elements the children of a place in this order, and moves only those that are elsewhere. */
function arrange(place, elements) {
  elements.forEach((element, i) => {
    if (place.children[i] !== element) place.insertBefore(element, place.children[i] ?? null);
  });
  while (place.children.length > elements.length) place.lastChild.remove();
}

function details(presence) {
  const { last } = presence;
  const pairs = [
    ['First seen', stamp(presence.start)],
    ['Last seen', presence.end ? stamp(presence.end) : 'now'],
    ['Best score', score(presence.topScore)],
    ['Zones', presence.zones.join(', ') || 'none'],
    ['Ended', presence.ended ? (reasonOf(presence) ?? 'yes') : 'not yet'],
    [
      'Box',
      `${Math.round(last.box.width)} × ${Math.round(last.box.height)} at ${Math.round(last.box.x)}, ${Math.round(last.box.y)} ` +
        `of ${last.frame.width} × ${last.frame.height}`,
    ],
    ['Camera', presence.camera],
    ['Id', presence.id],
  ];
  return h(
    'dl',
    { class: 'pairs small' },
    pairs.map(([name, value]) => [h('dt', null, name), h('dd', { class: name === 'Id' ? 'mono' : null }, value)]),
  );
}
