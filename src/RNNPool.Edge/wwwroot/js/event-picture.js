import { h, put } from './dom.js';
import { ApiError, get } from './api.js';
import { capital, clock, score } from './format.js';

/**
 * The best picture of a presence, whole with its box and cropped. The device stores pictures without boxes, so that the box is drawn here.
 * @param {string} id identity of the presence
 * @param {AbortSignal} signal ends the requests
 * @returns {HTMLElement} empty when the device has no picture
 */
export function eventPicture(id, signal) {
  const place = h('div', { class: 'event-pictures' });
  const path = `api/events/${encodeURIComponent(id)}`;
  fill();
  return place;

  async function fill() {
    let facts;
    try {
      facts = await get(`${path}/picture`, { signal });
    } catch (error) {
      if (error instanceof ApiError || signal.aborted) return;
      throw error;
    }
    const what = `${capital(facts.label)} at ${clock(facts.time)}, score ${score(facts.score)}`;
    // Another time of the picture is another address, so that a better picture replaces the one that the browser holds.
    const version = `?at=${encodeURIComponent(facts.time)}`;
    const { x, y, width, height } = facts.boxFraction;
    const box = h('span', { class: 'box' });
    Object.assign(box.style, { left: percent(x), top: percent(y), width: percent(width), height: percent(height) });
    const stage = h('div', { class: 'boxed' }, h('img', { src: `${path}/picture.jpg${version}`, alt: `The whole picture: ${what}` }), box);
    stage.style.aspectRatio = `${facts.frame.width} / ${facts.frame.height}`;
    put(
      place,
      h(
        'figure',
        null,
        stage,
        h('figcaption', null, `${what}${facts.blurred ? '. Faces are blurred.' : ''}`),
      ),
      h('figure', null, h('img', { class: 'close-up', src: `${path}/crop.jpg${version}`, alt: `Close-up: ${what}` })),
    );
  }
}

function percent(fraction) {
  return `${(Math.min(Math.max(fraction, -1), 2) * 100).toFixed(2)}%`;
}
