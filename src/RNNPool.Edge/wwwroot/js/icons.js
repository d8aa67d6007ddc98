import { svg } from './dom.js';

/** Line icons on a 24 by 24 grid. */
const PATHS = {
  live: 'M3 8a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM16 10.500l5-3v9l-5-3',
  events: 'M12 7v5l3 2M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z',
  charts: 'M4 4v15a1 1 0 0 0 1 1h15M7.5 14.500l3.5-4 3 2.5 5-6',
  zones: 'M5 7l8-2.5 6 5.5-3 9-9-1zM5 7h.01M13 4.500h.01M19 10h.01M16 19h.01M7 18h.01',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM9 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  models: 'M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.5 8-4.500M12 12v9',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4M8 9.500l2 1.5-2 1.500M12 12.500h3',
  access: 'M7 10.500V8a5 5 0 0 1 10 0v2.500M5.5 10.500h13V20h-13zM12 14v2.5',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20a7.5 6 0 0 1 15 0z',
  camera: 'M3 8a2 2 0 0 1 2-2h2l1.5-2h7L17 6h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM12 9a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  chip: 'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4',
  broker: 'M5 12a7 7 0 0 1 14 0M8 12a4 4 0 0 1 8 0M12 12v8M9 20h6',
  heat: 'M12 4a2 2 0 0 1 2 2v7.500a4 4 0 1 1-4 0V6a2 2 0 0 1 2-2zM12 10v6',
  pulse: 'M3 12h4l2.5-6 4 12L16 12h5',
  pin: 'M12 3v4M9 7h6v5l2 3H7l2-3zM12 15v6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  trash: 'M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.5 11v5.500M13.5 11v5.5',
  undo: 'M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  warning: 'M12 4l9 16H3zM12 10v4.500M12 17h.01',
  error: 'M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 8v5M12 16h.01',
  info: 'M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 11v5M12 8h.01',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.500M4 20h16',
  upload: 'M12 16V5M7.5 9L12 4.5 16.5 9M4 20h16',
  restart: 'M19 12a7 7 0 1 1-2.5-5.400M17 3v4h-4',
  pause: 'M9 5v14M15 5v14',
  play: 'M7 5l12 7-12 7z',
  exit: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.500L20 20',
  right: 'M9 5l7 7-7 7',
  left: 'M15 5l-7 7 7 7',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4' +
    'M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.500A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.500z',
  auto: 'M12 3.500a8.5 8.5 0 1 1 0 17zM12 3.500a8.5 8.5 0 1 0 0 17z',
  unplugged: 'M4 4l16 16M9 4v3M15 4v5M7 9v2a5 5 0 0 0 7.5 4.300M17 11V9h-4M12 16v5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
};

/** An icon that screen readers pass over. */
export function icon(name, label) {
  return svg(
    'svg',
    {
      class: 'icon',
      viewBox: '0 0 24 24',
      'aria-hidden': label ? null : 'true',
      role: label ? 'img' : null,
      'aria-label': label ?? null,
      focusable: 'false',
    },
    svg('path', { d: PATHS[name] }),
  );
}

/** The product's mark: a face within the corners of a finder. */
export function mark() {
  return svg(
    'svg',
    { class: 'mark', viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { width: 32, height: 32, rx: 8, class: 'mark-ground' }),
    svg('path', {
      class: 'mark-corners',
      d: 'M8 12V9.5A1.5 1.5 0 0 1 9.5 8H12M20 8h2.5A1.5 1.5 0 0 1 24 9.5V12M24 20v2.5a1.5 1.5 0 0 1-1.5 1.5H20' +
        'M12 24H9.5A1.5 1.5 0 0 1 8 22.5V20',
    }),
    svg('circle', { class: 'mark-face', cx: 16, cy: 14, r: 3 }),
    svg('path', { class: 'mark-face', d: 'M10.8 21.500a5.3 4.3 0 0 1 10.4 0z' }),
  );
}
