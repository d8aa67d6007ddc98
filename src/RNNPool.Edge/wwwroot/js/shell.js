import { h, put, setText } from './dom.js';
import { icon, mark } from './icons.js';
import { session } from './api.js';
import { stream, follow } from './stream.js';
import { button, load, segments } from './ui.js';
import { VIEWS } from './routes.js';
import { loadLater } from './loading.js';
import { mount as live } from './views/live.js';

/** The frame around the views: navigation, theme, what is wrong with the connection. */

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

  function showMore(root) {
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
  }

  function showLive(root, place) {
    // The first picture comes before the other part of the page; the next view then opens without a wait.
    return live(root, { ...place, onSettled: () => loadLater().catch(() => {}) });
  }

  function showLater(name) {
    return (root, place) => {
      let mounted = null;
      load(root, place.signal, loadLater, (later) => {
        // It fills the place itself.
        queueMicrotask(() => {
          if (!place.signal.aborted) mounted = later.views[name](root, place);
        });
        return null;
      });
      return { leave: () => mounted?.leave?.() ?? true };
    };
  }

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
    if (known === 'more') open(known, { title: 'More' }, showMore, first);
    else open(known, VIEWS[known], known === 'live' ? showLive : showLater(known), first);
  }

  function open(name, definition, mount, first) {
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
    const mounted = mount(body, { signal: controller.signal, actions });
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
