/** The views by their name in the address, in the order of the navigation. */
export const VIEWS = {
  live: { label: 'Live', icon: 'live' },
  events: { label: 'Events', icon: 'events', lead: 'Presences, and how long they lasted.' },
  charts: { label: 'Charts', icon: 'charts', lead: 'Presences over days, and the rates, times and errors of the last 15 minutes.' },
  zones: {
    label: 'Zones',
    icon: 'zones',
    lead: 'Areas of the picture that events and pins distinguish, and areas in which motion does not count.',
  },
  device: {
    label: 'Device',
    icon: 'camera',
    lead: 'What the device looks through, what it looks for, and the pins that it drives.',
  },
  settings: { label: 'Settings', icon: 'settings' },
  models: { label: 'Models', icon: 'models', title: 'Models and firmware' },
  system: { label: 'System', icon: 'system' },
  access: { label: 'Access', icon: 'access', lead: 'Password, network and API tokens of this device.' },
};

/** The address of the setup, which replaces the views of a configured device. */
export const SETUP_HASH = '#/setup';
