import { h, put, setText } from './dom.js';
import { icon, mark } from './icons.js';
import { session } from './api.js';
import { stream, follow } from './stream.js';
import { button, segments } from './ui.js';
import live from './views/live.js';
import events from './views/events.js';
import charts from './views/charts.js';
import zones from './views/zones.js';
import device from './views/device.js';
import settings from './views/settings.js';
import models from './views/models.js';
import system from './views/system.js';
import access from './views/access.js';

/** The frame around the views: navigation, theme, what is wrong with the connection. */

const VIEWS = { live, events, charts, zones, device, settings, models, system, access };

/** Those that a phone's bar has no room for. */
const REST = ['device', 'settings', 'models', 'system', 'access'];

export function createShell(app, signal, { signOut }) {
  const main = h('main', { id: 'main', class: 'main', tabindex: '-1' });
  const links = new Map();
  const banner = h('div', { role: 'alert' });
  const brandName = h('div', { class: 'brand-name' }, session.deviceName ?? 'RNNPool.Edge');
  const phoneName = h('div', { class: 'brand-name' }, session.deviceName ?? 'RNNPool.Edge');
  const leave = () =>
    session.passwordSet ? button('Sign out', { iconName: 'exit', kind: 'quiet', 'aria-label': 'Sign out', onclick: signOut }) : null;

  const link = (name, view, extra = '') => {
    const element = h('a', { href: `#/${name}`, class: extra }, icon(view.icon), h('span', null, view.label));
    links.set(name, element);
    return h('li', null, element);
  };

  put(
    app,
    h(
      'a',
      {
        class: 'skip',
        href: '#main',
        onclick: (event) => {
          event.preventDefault();
          main.focus();
        },
      },
      'Skip to content',
    ),
    h(
      'div',
      { class: 'shell' },
      h('header', { class: 'phone-head' }, mark(), h('div', { class: 'brand-text' }, phoneName)),
      h(
        'div',
        { class: 'rail' },
        h(
          'header',
          { class: 'brand' },
          mark(),
          h('div', { class: 'brand-text' }, brandName, h('div', { class: 'brand-sub' }, 'RNNPool.Edge')),
        ),
        h(
          'nav',
          { 'aria-label': 'Main' },
          h(
            'ul',
            { class: 'nav' },
            Object.entries(VIEWS).map(([name, view]) => link(name, view, REST.includes(name) ? 'nav-rest' : '')),
            link('more', { label: 'More', icon: 'more' }, 'nav-more'),
          ),
        ),
        h('footer', { class: 'rail-foot' }, themeChoice(), leave()),
      ),
      main,
    ),
  );
  put(main);

  const more = {
    title: 'More',
    mount(root) {
      put(
        root,
        h(
          'ul',
          { class: 'more-list' },
          REST.map((name) =>
            h('li', null, h('a', { href: `#/${name}` }, icon(VIEWS[name].icon), h('span', null, VIEWS[name].label), icon('right'))),
          ),
        ),
        h('div', { class: 'stack' }, h('h2', null, 'Appearance'), themeChoice()),
        leave(),
      );
    },
  };

  let view = null;
  let shown = null;

  function route() {
    const name = location.hash.replace(/^#\/?/, '').split('/')[0];
    const known = name === 'more' || Object.hasOwn(VIEWS, name) ? name : 'live';
    if (known === shown) return;
    if (view?.leave && !view.leave()) {
      history.replaceState(null, '', `#/${shown}`);
      return;
    }
    const first = shown === null;
    shown = known;
    open(known, known === 'more' ? more : VIEWS[known], first);
  }

  function open(name, definition, first) {
    view?.controller.abort();
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { signal: controller.signal });
    const heading = h('h1', { tabindex: '-1' }, definition.title ?? definition.label);
    const actions = h('div', { class: 'row' });
    const body = h('div', { class: 'view-body stack' });
    put(
      main,
      banner,
      h(
        'div',
        { class: `view view-${name}` },
        h(
          'div',
          { class: 'view-head' },
          h('div', { class: 'view-title' }, heading, definition.lead && h('p', null, definition.lead)),
          actions,
        ),
        body,
      ),
    );
    for (const [key, element] of links) {
      if (key === name || (key === 'more' && REST.includes(name))) element.setAttribute('aria-current', 'page');
      else element.removeAttribute('aria-current');
    }
    setTitle(definition.title ?? definition.label);
    view = { controller, leave: null };
    const mounted = definition.mount(body, { signal: controller.signal, actions });
    view.leave = mounted?.leave ?? null;
    if (!first) {
      window.scrollTo(0, 0);
      heading.focus({ preventScroll: true });
    }
  }

  let title = '';
  function setTitle(text) {
    title = text;
    document.title = `${title} · ${brandName.textContent}`;
  }

  function showConnection() {
    if (stream.connection !== 'lost') {
      if (stream.connection === 'open') put(banner);
      return;
    }
    const when = h('span', { 'aria-hidden': 'true' });
    put(
      banner,
      h(
        'div',
        { class: 'banner' },
        icon('unplugged'),
        h('p', null, h('strong', null, 'The device does not answer. '), 'The data may be out of date. ', when),
        button('Try now', { onclick: () => stream.retryNow() }),
      ),
    );
    const tick = () => {
      if (!when.isConnected || stream.retryAt === null) return;
      setText(when, `Trying again in ${Math.max(1, Math.ceil((stream.retryAt - performance.now()) / 1000))} s.`);
      setTimeout(tick, 500);
    };
    tick();
  }

  stream.addEventListener('connection', showConnection, { signal });
  follow('state', signal, (state) => {
    const name = state.device?.name ?? session.deviceName ?? state.camera.name ?? 'RNNPool.Edge';
    if (brandName.textContent === name) return;
    setText(brandName, name);
    setText(phoneName, name);
    setTitle(title);
  });
  window.addEventListener('hashchange', route, { signal });
  signal.addEventListener('abort', () => view?.controller.abort());
  route();
}

function themeChoice() {
  return segments(
    'Appearance',
    [
      ['system', 'Auto', 'auto'],
      ['light', 'Light', 'sun'],
      ['dark', 'Dark', 'moon'],
    ],
    window.pageTheme.get(),
    (theme) => window.pageTheme.set(theme),
  );
}
