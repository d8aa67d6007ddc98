#include "rnnp_rnnpool_windows.h"

uint32_t rnnp_rnnpool_out_width(const rnnp_rnnpool_params_t *params) { return windows_of(params).out_width; }

uint32_t rnnp_rnnpool_out_height(const rnnp_rnnpool_params_t *params) { return windows_of(params).out_height; }

uint32_t rnnp_rnnpool_phases(const rnnp_rnnpool_params_t *params) { return windows_of(params).phases; }

uint32_t rnnp_rnnpool_phase_bytes(const rnnp_rnnpool_params_t *params) { return round8(2u * params->in_width * wide_of(params)); }

uint32_t rnnp_rnnpool_state_bytes(const rnnp_rnnpool_params_t *params) {
  const windows_t windows = windows_of(params);
  const uint32_t h2 = params->hidden2;
  return windows.phases * rnnp_rnnpool_phase_bytes(params) + round8(2u * windows.patch_height * windows.out_width * h2) +
         round8(2u * windows.pad * params->hidden1) + round8(2 * h2) + round8(2 * wide_of(params));
}

uint32_t rnnp_rnnpool_scratch_bytes(const rnnp_rnnpool_params_t *params, uint32_t lent, uint32_t plane) {
  const windows_t windows = windows_of(params);
  const uint32_t h1 = params->hidden1;
  const uint32_t h2 = params->hidden2;
  uint32_t waiting = 0;
  if (lent > 0) {
    waiting =
      waiting_blocks(&windows, params->in_width, (rnnp_rnnpool_phase_bytes(params) - lent + 2 * h2 * plane) / (2 * wide_of(params)));
  }
  const uint32_t absorbing = round8(2 * windows.phases * h1) + round8(2 * CHUNK * h1) + round8(8u * ((params->in_channels + 3u) & ~3u));
  const uint32_t emitting = round8(2 * larger(windows.patch_width, windows.patch_height) * h2) + round8(2 * h2 * RNNP_BLOCK * waiting);
  return round8(2 * wide_of(params)) + larger(absorbing, emitting);
}

bool rnnp_rnnpool_holds_row(const rnnp_rnnpool_params_t *params) {
  const windows_t windows = windows_of(params);
  const uint32_t tile = RNNP_TILE * params->in_channels;
  const uint32_t end = 2u * params->hidden2;
  if ((params->in_width + RNNP_TILE - 1u) / RNNP_TILE * tile > end * windows.out_width) {
    return false;
  }
  /* the end of a sweep, which replaces pixels, must not reach beyond the tile of its last pixel */
  for (uint32_t window = 0; window < windows.out_width; window++) {
    const uint32_t last = end_of_window(&windows, params->in_width, window) - 1;
    if (end * (window + 1) > tile * (last / RNNP_TILE + 1)) {
      return false;
    }
  }
  return true;
}

uint32_t rnnp_rnnpool_held_offset(const rnnp_rnnpool_params_t *params) {
  return rnnp_rnnpool_phases(params) * rnnp_rnnpool_phase_bytes(params);
}
