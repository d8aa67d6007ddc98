import { h, put } from '../dom.js';
import { icon } from '../icons.js';
import { loadSession, patch, post, put as send, session } from '../api.js';
import { busy, button, field, input, note, sentenceOf, toggle } from '../ui.js';
import { createWorkbench } from '../zone-workbench.js';
import { waitForDevice } from '../restart.js';
import { checkPassword } from './access.js';
import { createPreview } from './setup-camera.js';

/** The steps of the first run after the camera: zone, pin, broker, password, save. */

export const zoneStep = {
  label: 'Zone',
  title: 'Draw a zone',
  lead: 'A zone is an area of the picture, such as the door or the counter. Without a zone the whole picture counts.',
  skip: 'Skip',
  mount(root, chosen, { signal }) {
    const bench = createWorkbench(createPreview(signal, chosen.source, { every: 2000 }), chosen.zones, signal, { masks: false });
    put(root, bench.element);
    return {
      accept() {
        if (!bench.check()) return false;
        chosen.zones = bench.value();
        return true;
      },
      skip() {
        chosen.zones = { zones: [], motionMasks: [] };
      },
    };
  },
};

/** A button that tries something on the device and a place for what came of it. */
function tester(text, iconName, work) {
  const result = h('div', { role: 'status' });
  const control = button(text, {
    iconName,
    onclick: () =>
      busy(control, async () => {
        put(result, h('p', { class: 'muted' }, 'Trying…'));
        try {
          const answer = await work();
          put(result, answer && note(answer.ok ? 'good' : 'bad', answer.message, answer.hint));
        } catch (error) {
          put(result, note('bad', sentenceOf(error)));
        }
      }),
  });
  return [h('div', { class: 'row' }, control), result];
}

export const pinStep = {
  label: 'Pin',
  title: 'Choose a pin',
  lead: 'A pin can show occupancy, for an LED, a relay or a siren.',
  skip: 'No pin',
  mount(root, chosen) {
    const { pin } = chosen;
    const line = field(
      'Pin',
      input({
        value: pin.pin,
        placeholder: '17',
        spellcheck: 'false',
        oninput: () => {
          pin.pin = line.control.value.trim();
          line.complain(null);
        },
      }),
      { hint: "The BCM number of the Raspberry Pi's header (17), the position on it (J8:11), or chip and line (gpiochip0:17)." },
    );
    const complain = () => {
      line.complain(pin.pin ? null : 'Enter a pin, or continue without one.');
      if (!pin.pin) line.control.focus();
      return Boolean(pin.pin);
    };
    put(
      root,
      h(
        'div',
        { class: 'card stack' },
        line.element,
        toggle('Active low (on is the low level)', pin.activeLow, (on) => {
          pin.activeLow = on;
        }),
        tester('Blink it', 'pulse', async () => (complain() ? post('api/test/pin', pin, { timeout: 20000 }) : null)),
      ),
    );
    return {
      accept: complain,
      skip() {
        pin.pin = '';
      },
    };
  },
};

export const brokerStep = {
  label: 'Broker',
  title: 'Enter the broker',
  lead: 'MQTT sends events to home automation and other programs. Home Assistant discovers the device.',
  skip: 'No broker',
  mount(root, chosen) {
    const { broker } = chosen;
    const bound = (name, label, properties = {}, hint = null) => {
      const made = field(
        label,
        input({
          value: broker[name],
          spellcheck: 'false',
          ...properties,
          oninput: () => {
            broker[name] = name === 'password' ? made.control.value : made.control.value.trim();
            made.complain(null);
          },
        }),
        { hint },
      );
      return made;
    };
    const host = bound('host', 'Host', { placeholder: 'broker.local', autocapitalize: 'off' });
    const port = bound('port', 'Port', { inputmode: 'numeric', placeholder: '1883, with TLS 8883' });
    const user = bound('username', 'User', { autocapitalize: 'off' });
    const password = bound('password', 'Password', { type: 'password', autocomplete: 'off' });
    const complain = () => {
      host.complain(broker.host ? null : 'Enter the host name or address of the broker, or continue without one.');
      const wrongPort = broker.port !== '' && !(/^\d{1,5}$/.test(broker.port) && Number(broker.port) >= 1 && Number(broker.port) <= 65535);
      port.complain(wrongPort ? 'Enter a port from 1 to 65535, or leave it empty.' : null);
      if (!broker.host) host.control.focus();
      else if (wrongPort) port.control.focus();
      return Boolean(broker.host) && !wrongPort;
    };
    put(
      root,
      h(
        'div',
        { class: 'card stack' },
        h('div', { class: 'form-grid' }, host.element, port.element, user.element, password.element),
        toggle('Encrypted (TLS)', broker.tls, (on) => {
          broker.tls = on;
        }),
        tester('Test the connection', 'broker', async () =>
          complain() ? post('api/test/broker', brokerBody(broker), { timeout: 30000 }) : null,
        ),
      ),
    );
    return {
      accept: complain,
      skip() {
        broker.host = '';
      },
    };
  },
};

function brokerBody({ host, port, username, password, tls }) {
  return { host, port: port === '' ? null : Number(port), username: username || null, password: password || null, tls };
}

export const passwordStep = {
  label: 'Password',
  title: 'Set a password',
  lead: 'With a password the device can be reached from the network. Without one, only programs on the device itself can use it.',
  skip: 'No password',
  mount(root, chosen) {
    const fresh = field('Password', input({ type: 'password', autocomplete: 'new-password', value: chosen.password }), {
      hint: 'At least 10 characters. A few words in a row are good.',
    });
    const again = field('Repeat the password', input({ type: 'password', autocomplete: 'new-password', value: chosen.password }));
    put(
      root,
      session.passwordSet ? note('good', 'A password is set already.') : h('div', { class: 'card stack' }, fresh.element, again.element),
    );
    return {
      accept() {
        if (session.passwordSet) return true;
        if (!checkPassword(fresh, again)) return false;
        chosen.password = fresh.control.value;
        return true;
      },
      skip() {
        chosen.password = '';
      },
    };
  },
};

export const saveStep = {
  label: 'Save',
  title: 'Save and start',
  lead: 'Check the choices. Everything can be changed later.',
  action: 'Save and start',
  mount(root, chosen, { finished }) {
    const result = h('div', { role: 'status' });
    const rows = [
      ['camera', 'Camera', chosen.source],
      ['zones', 'Zones', chosen.zones.zones.map((zone) => zone.name).join(', ') || 'none, the whole picture counts'],
      ['pin', 'Pin', chosen.pin.pin || 'none'],
      [
        'broker',
        'Broker',
        chosen.broker.host
          ? `${chosen.broker.host}${chosen.broker.port ? `:${chosen.broker.port}` : ''}${chosen.broker.tls ? ', encrypted' : ''}`
          : 'none',
      ],
      ['access', 'Password', session.passwordSet || chosen.password ? 'set' : 'none, this machine only'],
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
      result,
    );

    async function accept() {
      try {
        await patch('api/settings', settingsOf(chosen));
        if (chosen.zones.zones.length > 0) await send('api/zones', chosen.zones);
        if (chosen.password && !session.passwordSet) {
          await send('api/password', { password: chosen.password });
          await loadSession();
        }
        await post('api/control', { restart: true });
      } catch (error) {
        put(result, note('bad', sentenceOf(error), ...Object.values(error.errors ?? {}).filter((sentence) => sentence !== error.message)));
        return false;
      }
      put(result, note('info', 'Saved. The device starts with its new settings…'));
      if (await waitForDevice((answer) => answer.configured)) finished();
      else
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

    return { accept };
  },
};

function settingsOf({ source, pin, broker }) {
  const settings = { 'Camera:Source': source };
  if (pin.pin) Object.assign(settings, { 'Gpio:Outputs:0:Pin': pin.pin, 'Gpio:Outputs:0:ActiveLow': pin.activeLow });
  if (!broker.host) return settings;
  settings['Mqtt:Host'] = broker.host;
  if (broker.port !== '') settings['Mqtt:Port'] = Number(broker.port);
  if (broker.username) settings['Mqtt:UserName'] = broker.username;
  if (broker.password) settings['Mqtt:Password'] = broker.password;
  if (broker.tls) settings['Mqtt:Tls:Enabled'] = true;
  return settings;
}
