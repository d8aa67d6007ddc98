import { h, put } from '../dom.js';
import { get, loadSession, patch, post, put as send, remove, session } from '../api.js';
import { busy, button, card, confirm, empty, field, iconButton, input, load, note, sentenceOf, toast, toggle } from '../ui.js';
import { stamp } from '../format.js';
import { addressList, createNetworkForm } from '../network-form.js';
import { pictureAddressCard } from '../picture-address.js';
import { restartDevice } from '../restart.js';

const SHORTEST = 10;

export function mount(root, { signal }) {
  const state = h('div', null);
  const network = h('div', null);
  const tokens = tokenCard(signal);
  put(
    root,
    state,
    card('In the network', network),
    h(
      'div',
      { class: 'two' },
      passwordCard(() => {
        showState();
        showNetwork();
        tokens.refresh();
      }),
      tokens.element,
    ),
    pictureAddressCard(),
  );
  showState();
  showNetwork();

  function showNetwork() {
    networkForm(network, signal);
  }

  function showState() {
    put(
      state,
      session.passwordSet
        ? note('good', 'A password protects this device.', 'Every browser must enter it, and again after signing out.')
        : note('warn', 'No password is set.', 'Until one is set, only programs on the device itself can use this page.'),
    );
  }
}

/** The switch that opens the page to the network, and where it is then. */
function networkForm(place, signal) {
  load(
    place,
    signal,
    async () => {
      const [report, settings] = await Promise.all([get('api/network', { signal }), get('api/settings', { signal })]);
      const find = (key) => settings.settings.find((setting) => setting.key === key);
      return { report, network: find('Web:Network'), pictures: find('Device:AllowImages') };
    },
    ({ report, network, pictures }) => {
      const chosen = { network: network.value, pictures: pictures.value === true };
      const before = JSON.stringify(chosen);
      const needsPassword = h('div', null);
      const save = button('Save and restart', { kind: 'primary', disabled: true, onclick: store });
      const form = createNetworkForm(chosen, report, () => {
        const closed = chosen.network !== 'Off' && !session.passwordSet;
        put(needsPassword, closed && note('warn', 'Set a password first. Without one, the page is for this machine only.'));
        save.disabled = closed || JSON.stringify(chosen) === before;
      });
      return h(
        'div',
        { class: 'stack' },
        report.obstacle && note('warn', report.obstacle),
        report.addresses.length > 0 &&
          h('div', { class: 'stack' }, h('p', null, 'Browsers in your network open this page at'), addressList(report.addresses)),
        report.fingerprint && [
          h('p', { class: 'hint' }, 'The device has made its certificate itself. A browser shows the same SHA-256 fingerprint:'),
          h('p', { class: 'mono fingerprint' }, report.fingerprint),
        ],
        network.locked ? h('p', { class: 'hint' }, network.locked) : form.element,
        needsPassword,
        !network.locked && h('div', { class: 'row' }, save),
      );

      async function store() {
        await busy(save, async () => {
          const changes = {};
          if (chosen.network !== network.value) changes['Web:Network'] = chosen.network;
          if (chosen.pictures !== (pictures.value === true)) changes['Device:AllowImages'] = chosen.pictures;
          const answer = await patch('api/settings', changes);
          if (answer.restart.length === 0) toast('Saved. The change applies now.');
          else await restartDevice(null, { asked: true });
          networkForm(place, signal);
        });
      }
    },
  );
}

function passwordCard(done) {
  const current = field('Current password', input({ type: 'password', autocomplete: 'current-password' }));
  const fresh = field('New password', input({ type: 'password', autocomplete: 'new-password' }), {
    hint: `At least ${SHORTEST} characters. A few words in a row are good.`,
  });
  const again = field('Repeat the new password', input({ type: 'password', autocomplete: 'new-password' }));
  const save = button(session.passwordSet ? 'Change password' : 'Set password', { kind: 'primary', type: 'submit' });
  const keep = toggle('Keep the API tokens and the addresses of pictures', false, () => {});
  current.element.hidden = keep.hidden = !session.passwordSet;
  return card(
    'Password',
    h(
      'form',
      { class: 'stack', novalidate: true, onsubmit: submit },
      current.element,
      fresh.element,
      again.element,
      keep,
      h('div', { class: 'row' }, save),
    ),
  );

  async function submit(event) {
    event.preventDefault();
    if (!checkPassword(fresh, again)) return;
    if (session.passwordSet && !current.control.value) {
      current.complain('Enter the current password.');
      current.control.focus();
      return;
    }
    current.complain(null);
    await busy(save, async () => {
      try {
        await send('api/password', {
          ...(session.passwordSet ? { current: current.control.value, keepTokens: keep.querySelector('input').checked } : {}),
          password: fresh.control.value,
        });
      } catch (error) {
        if (error.status === 401 || error.status === 403) {
          current.complain('The current password is wrong.');
          current.control.focus();
          return;
        }
        fresh.complain(sentenceOf(error));
        fresh.control.focus();
        return;
      }
      for (const each of [current, fresh, again]) each.control.value = '';
      await loadSession();
      current.element.hidden = keep.hidden = !session.passwordSet;
      save.querySelector('span').textContent = 'Change password';
      toast('The password is set.');
      done();
    });
  }
}

/** Whether two fields hold the same valid password; shows the error otherwise. */
export function checkPassword(fresh, again) {
  const short = fresh.control.value.length < SHORTEST;
  fresh.complain(short ? `Use at least ${SHORTEST} characters.` : null);
  const differs = !short && fresh.control.value !== again.control.value;
  again.complain(differs ? 'The two passwords differ.' : null);
  if (short) fresh.control.focus();
  else if (differs) again.control.focus();
  return !short && !differs;
}

function tokenCard(signal) {
  const list = h('div', null);
  const once = h('div', { role: 'status' });
  const name = field('Name', input({ maxlength: 64, placeholder: 'backup script' }));
  const make = button('Create a token', { iconName: 'plus', type: 'submit' });
  const refresh = () =>
    load(
      list,
      signal,
      () => get('api/tokens', { signal }),
      (answer) => show(Array.isArray(answer) ? answer : answer.tokens),
    );
  refresh();
  const element = card(
    'Tokens for scripts',
    h(
      'div',
      { class: 'stack' },
      h('p', { class: 'muted' }, 'A script sends a token as "Authorization: Bearer TOKEN" instead of the password.'),
      list,
      once,
      h('form', { class: 'stack', novalidate: true, onsubmit: submit }, name.element, h('div', { class: 'row' }, make)),
    ),
  );
  return { element, refresh };

  function show(tokens) {
    if (tokens.length === 0) return empty('access', 'No tokens', null);
    return h(
      'ul',
      { class: 'models' },
      tokens.map((token) =>
        h(
          'li',
          { class: 'model' },
          h(
            'div',
            null,
            h('p', { class: 'model-name' }, token.name),
            h(
              'p',
              { class: 'hint' },
              `made ${stamp(token.created)}, ${token.lastUsed ? `last used ${stamp(token.lastUsed)}` : 'never used'}`,
            ),
          ),
          iconButton(`Delete the token ${token.name}`, 'trash', { onclick: (event) => revoke(token, event.currentTarget) }),
        ),
      ),
    );
  }

  async function revoke(token, control) {
    if (!(await confirm(`Delete the token ${token.name}?`, 'Scripts that use it are refused from now on.', 'Delete'))) return;
    await busy(control, async () => {
      await remove(`api/tokens/${encodeURIComponent(token.id)}`);
      toast(`The token ${token.name} is deleted.`);
      refresh();
    });
  }

  async function submit(event) {
    event.preventDefault();
    if (!name.control.value.trim()) {
      name.complain('Give the token a name, so that you know later what it is for.');
      name.control.focus();
      return;
    }
    name.complain(null);
    await busy(make, async () => {
      const answer = await post('api/tokens', { name: name.control.value.trim() });
      const value = input({ value: answer.token, readOnly: true, 'aria-label': 'The new token', class: 'input mono' });
      put(
        once,
        note('good', 'This is the token. It is shown only once; store it like a password.'),
        h(
          'div',
          { class: 'token-once' },
          value,
          button('Copy', {
            iconName: 'copy',
            onclick: async () => {
              value.select();
              try {
                await navigator.clipboard.writeText(answer.token);
                toast('Copied.');
              } catch {
                toast('Select the token and copy it.', 'bad');
              }
            },
          }),
        ),
      );
      name.control.value = '';
      refresh();
    });
  }
}
