import { h, put } from '../dom.js';
import { icon } from '../icons.js';
import { get, loadSession, patch, post, put as send, session } from '../api.js';
import { button, field, input, note, sentenceOf } from '../ui.js';
import { addressList, candidates, createNetworkForm } from '../network-form.js';
import { waitForDevice } from '../restart.js';
import { checkPassword } from './access.js';
import { shortName, subject } from './setup-detect.js';

/** The last steps of the setup: password with network, and save. */

/** Whether the owner has set a password; the one-time password ends with the setup. */
const hasOwnPassword = () => session.passwordSet && !session.setupPassword;

export const networkStep = {
  label: 'Access',
  title: 'Password and network',
  lead: 'With a password, other machines in your network can open this page. Without one, only the device itself can.',
  skip: (chosen) => (session.passwordSet ? null : chosen.again ? 'Keep as it is' : 'This machine only'),
  incomplete: (chosen) => chosen.lost && !chosen.password,
  mount(root, chosen, { device }) {
    const fresh = field('Password', input({ type: 'password', autocomplete: 'new-password', value: chosen.password }), {
      hint: 'At least 10 characters. A few words in a row are good.',
    });
    const again = field('Repeat the password', input({ type: 'password', autocomplete: 'new-password', value: chosen.password }));
    put(
      root,
      session.setupPassword && note('info', 'The one-time password ends with the setup. Choose your own password now.'),
      hasOwnPassword() ? note('good', 'A password is set already.') : h('div', { class: 'card stack' }, fresh.element, again.element),
      h('div', { class: 'card stack' }, createNetworkForm(chosen, device.network).element),
    );
    return {
      accept() {
        if (hasOwnPassword()) return true;
        if (!checkPassword(fresh, again)) return false;
        chosen.password = fresh.control.value;
        chosen.lost = false;
        return true;
      },
      skip() {
        chosen.password = '';
        chosen.lost = false;
        chosen.network = chosen.again ? (device.values['Web:Network'] ?? 'Off') : 'Off';
      },
    };
  },
};

export const saveStep = {
  label: 'Save',
  title: 'Save and start',
  lead: 'Check the choices. Everything can be changed later.',
  action: 'Save and start',
  mount(root, chosen, { device, finished, replace }) {
    const result = h('div', { role: 'status' });
    const model = device.models.find((other) => other.name === chosen.model);
    const zones = chosen.zones.zones.map((zone) => zone.name).join(', ');
    const rows = [
      ['camera', 'Camera', chosen.source],
      ['models', 'Detects', model ? `${subject(model)} (${shortName(model.name)})` : 'as before'],
      ['person', 'Name', chosen.name || session.deviceName || 'none'],
      ['zones', 'Zones', chosen.task === 'classifier' ? 'do not apply' : zones || 'none, the whole picture counts'],
      ['pin', 'Pin', chosen.pin.pin || 'none'],
      ['broker', 'Broker', brokerText(chosen.broker)],
      ['access', 'Password', hasOwnPassword() || chosen.password ? 'set' : 'none, this machine only'],
      ['live', 'Network', networkText(chosen)],
    ];
    put(
      root,
      h(
        'dl',
        { class: 'card glance' },
        rows.map(([iconName, name, value]) =>
          h('div', { class: 'glance-row' }, h('dt', null, icon(iconName), h('span', null, name)), h('dd', null, value)),
        ),
      ),
      device.file && h('p', { class: 'hint' }, `The settings are saved in ${device.file} on the device.`),
      result,
    );

    async function accept() {
      try {
        await save(chosen, device);
        await post('api/control', { restart: true });
      } catch (error) {
        put(result, note('bad', sentenceOf(error), ...Object.values(error.errors ?? {}).filter((sentence) => sentence !== error.message)));
        return false;
      }
      // From another machine, the device comes back under this address only if the network stays encrypted.
      if (!session.loopback && chosen.network !== 'Https') {
        await conclude(false);
        return false;
      }
      put(result, note('info', 'Saved. The device starts with its new settings…'));
      if (!(await waitForDevice((answer) => answer.configured))) {
        put(
          result,
          note(
            'bad',
            'The device has not come back within a minute.',
            'If systemd does not restart it, start it by hand. The settings are saved.',
          ),
        );
        return false;
      }
      await conclude();
      return false;
    }

    /** Shows where the page is from now on. */
    async function conclude(isHere = true) {
      let report = null;
      try {
        if (!isHere) throw new Error('The page has another address now.');
        // The restart has ended the session; the password is known only in this tab.
        if (session.passwordSet && !session.signedIn && chosen.password) {
          await post('api/session', { password: chosen.password });
          await loadSession();
        }
        if (session.signedIn) report = await get('api/network');
      } catch {
        // The addresses are shown as they were expected.
      }
      const addresses = report ? report.addresses : candidates(device.network, chosen.network);
      replace(
        'The device runs',
        report?.obstacle && note('bad', 'Other machines cannot reach it.', report.obstacle),
        addresses.length > 0
          ? h(
              'section',
              { class: 'card stack', 'aria-label': 'Address in the network' },
              h('p', null, 'Other machines in your network open it at'),
              addressList(addresses),
              chosen.network === 'Https' &&
                h('p', { class: 'hint' }, 'The browser warns once about the certificate, because the device has made it itself.'),
              report?.fingerprint && [
                h('p', { class: 'hint' }, 'SHA-256 fingerprint of the certificate:'),
                h('p', { class: 'mono fingerprint' }, report.fingerprint),
              ],
            )
          : h(
              'p',
              null,
              isHere ? `Only this machine can open it, at ${location.origin}.` : 'Only programs on the device itself can open it now.',
            ),
        isHere && h('div', { class: 'row' }, button('Open the live view', { kind: 'primary', iconName: 'live', onclick: finished })),
      );
    }

    return { accept };
  },
};

function networkText({ network, pictures }) {
  if (network === 'Off') return 'this machine only';
  const encryption = network === 'Https' ? 'encrypted' : 'not encrypted';
  return `reachable, ${encryption}, ${pictures ? 'with' : 'without'} pictures`;
}

function brokerText({ host, port, tls }) {
  return host ? `${host}${port ? `:${port}` : ''}${tls ? ', encrypted' : ''}` : 'none';
}

async function save(chosen, device) {
  await patch('api/settings', settingsOf(chosen, device));
  if (chosen.task !== 'classifier' && (chosen.zonesChosen || chosen.zones.zones.length > 0)) await send('api/zones', chosen.zones);
  if (chosen.password && !hasOwnPassword()) {
    await send('api/password', { password: chosen.password });
    await loadSession();
  }
  // The network comes last: it needs the password.
  const network = { 'Web:Network': chosen.network };
  if (chosen.network !== 'Off' || chosen.again) network['Device:AllowImages'] = chosen.pictures;
  if (chosen.network !== (device.values['Web:Network'] ?? 'Off') || chosen.pictures !== (device.values['Device:AllowImages'] === true))
    await patch('api/settings', network);
}

function settingsOf({ source, name, model, pin, pinChosen, broker, brokerChosen }, device) {
  const { values, models } = device;
  const settings = {};
  // Unchanged values stay as they are in the file; an address is shown without its credentials.
  if (source !== values['Camera:Source'] || !device.again) settings['Camera:Source'] = source;
  if (name !== (values['Device:Name'] ?? '')) settings['Device:Name'] = name || null;
  if (model && !models.find((other) => other.name === model)?.active) settings['Model:Path'] = model;
  if (pinChosen && pin.pin) Object.assign(settings, { 'Gpio:Outputs:0:Pin': pin.pin, 'Gpio:Outputs:0:ActiveLow': pin.activeLow });
  if (brokerChosen && broker.host) {
    settings['Mqtt:Host'] = broker.host;
    if (broker.port !== '') settings['Mqtt:Port'] = Number(broker.port);
    if (broker.username) settings['Mqtt:UserName'] = broker.username;
    if (broker.password) settings['Mqtt:Password'] = broker.password;
    if (broker.tls || values['Mqtt:Tls:Enabled'] === true) settings['Mqtt:Tls:Enabled'] = broker.tls;
  }
  return Object.keys(settings).length > 0 ? settings : { 'Camera:Source': source };
}
