import { h, put } from '../dom.js';
import { post } from '../api.js';
import { busy, button, field, input, note, sentenceOf, toggle } from '../ui.js';
import { createWorkbench } from '../zone-workbench.js';
import { createPreview } from './setup-camera.js';

/** The steps of the setup about zones, a pin and the broker. */

export const zoneStep = {
  label: 'Zone',
  title: 'Draw a zone',
  lead: 'A zone is an area of the picture, such as the door or the counter. Without a zone the whole picture counts.',
  skip: (chosen) => (chosen.again ? 'Keep as they are' : 'Skip'),
  when: (chosen) => chosen.task !== 'classifier',
  mount(root, chosen, { signal, device }) {
    let bench = null;
    bench = createWorkbench(createPreview(signal, chosen.source, { every: 2000, current: chosen.before }), chosen.zones, signal, {
      masks: chosen.again,
      labels: chosen.labels,
      onChange: () => {
        if (bench) chosen.zones = bench.value();
      },
    });
    put(root, bench.element);
    return {
      accept() {
        if (!bench.check()) return false;
        chosen.zones = bench.value();
        chosen.zonesChosen = true;
        return true;
      },
      skip() {
        chosen.zones = device.zones;
        chosen.zonesChosen = false;
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
  skip: (chosen) => (chosen.again ? 'Keep as it is' : 'No pin'),
  mount(root, chosen, { device }) {
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
      accept() {
        chosen.pinChosen = complain();
        return chosen.pinChosen;
      },
      skip() {
        chosen.pinChosen = false;
        pin.pin = device.pins.outputs[0]?.pin ?? '';
      },
    };
  },
};

export const brokerStep = {
  label: 'Broker',
  title: 'Enter the broker',
  lead: 'MQTT sends events to home automation and other programs. Home Assistant discovers the device.',
  skip: (chosen) => (chosen.again ? 'Keep as it is' : 'No broker'),
  incomplete: (chosen) => chosen.lostBroker && !chosen.broker.password,
  mount(root, chosen, { device }) {
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
      accept() {
        chosen.brokerChosen = complain();
        if (chosen.brokerChosen) chosen.lostBroker = false;
        return chosen.brokerChosen;
      },
      skip() {
        chosen.brokerChosen = false;
        chosen.lostBroker = false;
        broker.host = device.values['Mqtt:Host'] ?? '';
      },
    };
  },
};

function brokerBody({ host, port, username, password, tls }) {
  return { host, port: port === '' ? null : Number(port), username: username || null, password: password || null, tls };
}
