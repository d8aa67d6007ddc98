import { h, put } from './dom.js';
import { note, segments, toggle } from './ui.js';

/** How other machines reach the page: a step of the setup, and part of the access view. */

/** The addresses under which a browser on another machine opens the page with a choice. */
export const candidates = ({ hosts, port }, access) =>
  access === 'Off' ? [] : hosts.map((host) => `${access === 'Https' ? 'https' : 'http'}://${host}:${port}`);

/** What the choice means, in plain words. */
function explain(access, addresses) {
  if (access === 'Http')
    return note(
      'warn',
      'Without encryption, anyone in your network who records the traffic can read the password and the pictures.',
      'Choose this only in a network that you trust.',
    );
  return note(
    'info',
    'The device makes a certificate itself, so each browser warns once that it does not know who signed it. The connection is encrypted.',
    addresses.length > 0 && 'The fingerprint of the certificate is shown under Access and in the log, for a comparison.',
  );
}

/** Links to addresses. */
export const addressList = (addresses) =>
  h(
    'ul',
    { class: 'addresses' },
    addresses.map((address) => h('li', null, h('a', { href: address, class: 'mono' }, address))),
  );

/**
 * @param {{network: string, pictures: boolean}} chosen `network` is Off, Https or Http; changed in place
 * @param {object} report as GET /api/network gives it
 */
export function createNetworkForm(chosen, report, onChange = () => {}) {
  const details = h('div', { class: 'stack' });
  const last = { encrypted: chosen.network === 'Http' ? 'Http' : 'Https' };
  const element = h(
    'div',
    { class: 'stack' },
    toggle('Reachable in my network', chosen.network !== 'Off', (on) => {
      chosen.network = on ? last.encrypted : 'Off';
      changed();
    }),
    details,
  );
  show();

  function changed() {
    show();
    onChange();
  }

  function show() {
    if (chosen.network === 'Off') {
      put(details, h('p', { class: 'hint' }, 'Only programs on the device itself can open this page, or a tunnel to it.'));
      return;
    }
    const addresses = candidates(report, chosen.network);
    put(
      details,
      segments(
        'Encryption',
        [
          ['Https', 'Encrypted (https)'],
          ['Http', 'Not encrypted (http)'],
        ],
        chosen.network,
        (access) => {
          chosen.network = access;
          last.encrypted = access;
          changed();
          details.querySelector('input:checked')?.focus();
        },
      ),
      explain(chosen.network, addresses),
      addresses.length > 0
        ? h('div', null, h('p', { class: 'label' }, 'Other machines open'), addressList(addresses))
        : note('warn', 'The device has no address in a network yet.'),
      toggle('Show the camera picture there too', chosen.pictures, (on) => {
        chosen.pictures = on;
        onChange();
      }),
      h(
        'p',
        { class: 'hint' },
        'Otherwise pictures stay on the device: other machines see events and figures only. ' +
          'The setting is Device: Allow images; it also permits snapshots by MQTT.',
      ),
    );
  }

  return { element };
}
