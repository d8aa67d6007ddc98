import { h, put } from './dom.js';
import { get, post, remove, session } from './api.js';
import { busy, button, card, confirm, field, input, note, select, toast } from './ui.js';
import { stamp } from './format.js';

/** Signed addresses of pictures, for programs that cannot sign in: part of the access view. */

const KINDS = [
  ['/api/live.mjpg', 'Live video (Motion JPEG)'],
  ['/api/live.jpg', 'Live picture (JPEG)'],
  ['/api/events/{id}/picture.jpg', 'Picture of an event'],
  ['/api/events/{id}/crop.jpg', 'Close-up of an event'],
  ['/api/events/{id}/thumbnail.jpg', 'Thumbnail of an event'],
];

const PERIODS = [
  ['1', 'One day'],
  ['30', '30 days'],
  ['365', 'One year'],
  ['', 'Without end'],
];

/** The address under which the program at the other end finds the device. */
function choose({ path, addresses }) {
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  return here && addresses.length > 0 ? addresses[0] : location.origin + path;
}

export function pictureAddressCard() {
  const kind = field('Picture', select(KINDS, KINDS[0][0]));
  const period = field('Valid for', select(PERIODS, '30'));
  const once = h('div', { role: 'status', class: 'stack' });
  const make = button('Create the address', { iconName: 'plus', type: 'submit' });
  const withdraw = button('Withdraw all addresses', { onclick: withdrawAll });
  return card(
    'Address for other programs',
    h(
      'div',
      { class: 'stack' },
      h(
        'p',
        { class: 'muted' },
        'A dashboard, Home Assistant or a recorder shows pictures by such an address, without a password. ' +
          'It opens pictures and nothing else.',
      ),
      once,
      h(
        'form',
        { class: 'stack', novalidate: true, onsubmit: submit },
        kind.element,
        period.element,
        h('div', { class: 'row' }, make, withdraw),
      ),
    ),
  );

  async function submit(event) {
    event.preventDefault();
    await busy(make, async () => {
      const days = period.control.value;
      const answer = await post('api/picture-addresses', { path: kind.control.value, days: days ? Number(days) : null });
      const network = await get('api/network');
      show(answer, network.addresses.length > 0);
    });
  }

  function show(answer, inNetwork) {
    const address = choose(answer);
    const value = input({ value: address, readOnly: true, 'aria-label': 'The new address', class: 'input mono' });
    put(
      once,
      note(
        'good',
        'This is the address. It is shown only once; every program that has it receives the pictures.',
        answer.expires ? `It is valid until ${stamp(answer.expires)}.` : 'It is valid until all addresses are withdrawn.',
      ),
      answer.path.includes('{id}') && h('p', { class: 'hint' }, 'Replace {id} with the id of an event, as in the messages of MQTT.'),
      !answer.pictures && note('warn', 'Pictures do not leave this device until the setting Device: Allow images is on.'),
      !inNetwork &&
        session.loopback &&
        note('warn', 'Other machines do not reach this device until it is reachable in the network.'),
      h('div', { class: 'token-once' }, value, button('Copy', { iconName: 'copy', onclick: () => copy(value) })),
    );
  }

  async function copy(value) {
    value.select();
    try {
      await navigator.clipboard.writeText(value.value);
      toast('Copied.');
    } catch {
      toast('Select the address and copy it.', 'bad');
    }
  }

  async function withdrawAll(event) {
    const control = event.currentTarget;
    if (!(await confirm('Withdraw all addresses?', 'Programs that use one are refused from now on.', 'Withdraw'))) return;
    await busy(control, async () => {
      await remove('api/picture-addresses');
      put(once);
      toast('All addresses are withdrawn.');
    });
  }
}
