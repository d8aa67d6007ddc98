import { score, span } from './format.js';

/** Events of one id as one row: a presence with a beginning, an end and what was best in between. */

/**
 * @param {object[]} events in any order
 * @param {object[]} known what an earlier call gave
 * @returns {object[]} newest beginning first
 */
export function merge(events, known) {
  const presences = new Map(known.map((presence) => [presence.id, presence]));
  for (const event of events) {
    const before = presences.get(event.id);
    const ended = event.type === 'end' ? event : null;
    const newer = !before || Date.parse(event.time) >= Date.parse(before.last.time);
    presences.set(event.id, {
      id: event.id,
      label: event.label,
      camera: event.camera,
      start: event.startTime,
      end: ended ? (ended.endTime ?? ended.time) : (before?.end ?? null),
      ended: Boolean(ended) || Boolean(before?.ended),
      reason: ended?.reason ?? before?.reason ?? null,
      topScore: Math.max(event.topScore, before?.topScore ?? 0),
      zones: [...new Set([...(before?.zones ?? []), ...event.zones])],
      last: newer ? event : before.last,
    });
  }
  return [...presences.values()].sort((a, b) => Date.parse(b.start) - Date.parse(a.start));
}

const REASONS = {
  gone: 'left',
  detectionOff: 'detection was switched off',
  privacy: 'privacy was requested',
  settings: 'settings were changed',
  stopped: 'the device stopped',
};

export const reasonOf = (presence) => REASONS[presence.reason] ?? presence.reason ?? null;

export function duration(presence, now = Date.now()) {
  return (Math.max(presence.end ? Date.parse(presence.end) : now, Date.parse(presence.start)) - Date.parse(presence.start)) / 1000;
}

/** One line about a presence. */
export function describe(presence) {
  return [
    presence.ended ? `stayed ${span(duration(presence))}` : 'present now',
    score(presence.topScore),
    presence.zones.length > 0 ? presence.zones.join(', ') : null,
    presence.ended && presence.reason !== 'gone' ? reasonOf(presence) : null,
  ]
    .filter(Boolean)
    .join(' · ');
}
