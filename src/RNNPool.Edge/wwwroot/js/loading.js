/** Loads the other part of the page. */

let loading = null;
let attempts = 0;

/**
 * @returns {Promise<{views: Record<string, Function>, setUp: Function}>} see later.js; the next call after a failure tries again
 */
export function loadLater() {
  // Browsers keep the failure of an address, so that each attempt needs one of its own.
  loading ??= import(attempts === 0 ? './later.js' : `./later.js?attempt=${attempts}`).then(
    ({ later }) => later,
    () => {
      loading = null;
      attempts += 1;
      throw new Error('A part of the page could not be loaded. Check that the device is switched on and on the network.');
    },
  );
  return loading;
}
