/*
 * RNNPool over overlapping windows, row by row. A sweep of the first cell along a row does not depend on which rows a window
 * covers, so windows of one column of windows share it, and W2 times its end; likewise down the columns. The state
 * holds the running states of the windows of each column, and the ends of the last row sweeps (Saha et al., NeurIPS 2020).
 *
 * Padding has w = 0: the states after padding in front are constants, and so is the end of a sweep that is all padding.
 */
#include "rnnp/rnnp_rnnpool.h"

#include <string.h>

#include "rnnp_rnnpool_rows.h"

/* Steps of a cell between two calls of `pause` at most. */
#define STEPS 64u

static int16_t *take(uint8_t **at, uint32_t elements) {
  int16_t *p = (int16_t *)(void *)*at;
  *at += round8(2 * elements);
  return p;
}

/* The usual 8 or 16 states as words: a call of memcpy would cost more than the copy. */
static void copy_states(int16_t *to, const int16_t *from, uint32_t count) {
  if (count == 8) {
    memcpy(__builtin_assume_aligned(to, 4), __builtin_assume_aligned(from, 4), 16);
  } else if (count == 16) {
    memcpy(__builtin_assume_aligned(to, 4), __builtin_assume_aligned(from, 4), 32);
  } else {
    memcpy(to, from, 2 * count);
  }
}

static parts_t parts_of(const rnnp_rnnpool_t *pool) {
  const windows_t windows = windows_of(&pool->params);
  const uint32_t h1 = pool->params.hidden1;
  const uint32_t h2 = pool->params.hidden2;
  const uint32_t wide = larger(h1, h2);
  uint8_t *at = pool->state;
  uint8_t *scratch = pool->scratch;
  parts_t parts = {
    .cell1 = {pool->weights.u1, pool->weights.gates1, h1, pool->bounded[0]},
    .cell2 = {pool->weights.u2, pool->weights.gates2, h2, pool->bounded[1]},
    .w2 = pool->weights.w2,
    .h1 = h1,
    .h2 = h2,
    .wide = (int32_t)wide,
    .phase_bytes = round8(2u * pool->params.in_width * wide),
    .slow = wide > 16,
    .windows = windows,
    .pool = pool,
  };
  parts.columns = (int16_t *)(void *)at;
  at += windows.phases * parts.phase_bytes;
  parts.ends = take(&at, windows.patch_height * windows.out_width * h2);
  parts.lead = take(&at, windows.pad * h1);
  parts.outside = take(&at, h2);
  parts.zero = take(&at, wide);
  parts.h = take(&scratch, wide);
  uint8_t *emitting = scratch;
  parts.sweeps = take(&scratch, windows.phases * h1);
  parts.input = take(&scratch, CHUNK * h1);
  parts.acts = (int16_t *)(void *)scratch;
  parts.gather = take(&emitting, larger(windows.patch_width, windows.patch_height) * h2);
  parts.waiting = (int8_t *)emitting;
  return parts;
}

void rnnp_rnnpool_begin(rnnp_rnnpool_t *pool) {
  pool->rows_in = 0;
  pool->rows_out = 0;
  pool->bounded[0] = rnnp_rnn_bounded(pool->weights.u1, pool->params.hidden1);
  pool->bounded[1] = rnnp_rnn_bounded(pool->weights.u2, pool->params.hidden2);
  parts_t parts = parts_of(pool);
  memset(parts.zero, 0, 2 * (uint32_t)parts.wide);
  if (parts.windows.pad == 0) {
    return;
  }
  rnnp_rnn_first(&parts.cell1, parts.h, 0, parts.zero, 0, 1);
  for (uint32_t n = 1; n < parts.windows.patch_width; n++) {
    if (n <= parts.windows.pad) {
      memcpy(parts.lead + (n - 1) * parts.h1, parts.h, 2 * parts.h1);
    }
    rnnp_rnn_steps(&parts.cell1, parts.h, 0, parts.zero, 0, 1);
  }
  rnnp_rnn_project(parts.w2, parts.h2, parts.h1, parts.h, parts.outside);
}

static int16_t *columns_of(const parts_t *parts, uint32_t window_row) {
  const uint32_t phases = parts->windows.phases;
  const uint32_t phase = phases - 1 - (parts->windows.out_height - 1 - window_row) % phases;
  return (int16_t *)(void *)((uint8_t *)parts->columns + phase * parts->phase_bytes);
}

int8_t *rnnp_rnnpool_lend(const rnnp_rnnpool_t *pool, uint32_t bytes) {
  const parts_t parts = parts_of(pool);
  return (int8_t *)columns_of(&parts, pool->rows_out) + parts.phase_bytes - bytes;
}

static void sweep_columns(const parts_t *parts, uint32_t x, uint32_t count) {
  const windows_t *windows = &parts->windows;
  const uint32_t y = parts->pool->rows_in;
  uint32_t window;
  uint32_t last;
  windows_at(y, 1, windows->pad, windows->patch_height, windows->stride, windows->out_height, &window, &last);
  for (; window < last + 1; window++) {
    if (parts->slow && pause(parts, count * parts->h1 * parts->h1)) {
      return;
    }
    int32_t start = (int32_t)(window * windows->stride) - (int32_t)windows->pad;
    int16_t *h = columns_of(parts, window) + x * (uint32_t)parts->wide;
    if (start == (int32_t)y) {
      rnnp_rnn_first(&parts->cell1, h, parts->wide, parts->input, (int32_t)parts->h1, count);
      continue;
    }
    if (y == 0) {
      for (uint32_t i = 0; i < count; i++) {
        memcpy(h + i * (uint32_t)parts->wide, parts->lead + (uint32_t)(-start - 1) * parts->h1, 2 * parts->h1);
      }
    }
    rnnp_rnn_steps(&parts->cell1, h, parts->wide, parts->input, (int32_t)parts->h1, count);
  }
}

void rnnp_rnnpool_absorb(rnnp_rnnpool_t *pool, const rnnp_row_t *row) {
  parts_t parts = parts_of(pool);
#if RNNP_THUMB1
  rnnp_thumb1_cell_t prepared;
  rnnp_thumb1_prepare(&parts.cell1, &prepared);
#endif
  const uint32_t in_width = pool->params.in_width;
  const rnnp_rnn_input_t input = {
    .weights = pool->weights.w1,
    .bias = pool->weights.b1,
    .channels = pool->params.in_channels,
    .size = parts.h1,
    .shift = pool->params.shift,
  };
  const uint32_t work = CHUNK * parts.h1 * (((input.channels + 1u) & ~1u) + 2u * parts.windows.phases * parts.h1);
  for (uint32_t x = 0; x < in_width; x += CHUNK) {
    uint32_t count = in_width - x < CHUNK ? in_width - x : CHUNK;
    const int8_t *pixels = rnnp_row_pixel(row, x);
#if RNNP_MVE
    rnnp_rnn_input_row_mve(&input, pixels, row->plane, (count + RNNP_BLOCK - 1) / RNNP_BLOCK, parts.acts, parts.input);
#else
    for (uint32_t i = 0; i < count; i += RNNP_BLOCK) {
      rnnp_rnn_input_s8(&input, pixels + i, row->plane, parts.acts, parts.input + i * parts.h1);
    }
#endif
    sweep_rows(&parts, x, count);
    sweep_columns(&parts, x, count);
    if (pause(&parts, work)) {
      break;
    }
  }
#if RNNP_MVE
  end_rows(&parts);
#endif
  pool->rows_in++;
}

/* The steps of a sequence that is too long to be computed between two calls of `pause`, but for the last of them. Returns their number. */
static uint32_t first_steps(const parts_t *parts, const int16_t *sequence, int32_t stride, uint32_t count) {
  uint32_t done = 0;
  while (count - done > STEPS && !pause(parts, STEPS * parts->h2 * parts->h2)) {
    rnnp_rnn_steps(&parts->cell2, parts->h, 0, sequence + (int32_t)done * stride, stride, STEPS);
    done += STEPS;
  }
  return done;
}

/* One direction of the second cell, and its end as channels of the output. */
static inline void summarise(const parts_t *parts, const int16_t *sequence, int32_t stride, uint32_t count, int8_t *out, uint32_t plane) {
  rnnp_rnn_first(&parts->cell2, parts->h, 0, sequence, 0, 1);
  sequence += stride;
  count--;
  if (count > STEPS) {
    uint32_t done = first_steps(parts, sequence, stride, count);
    sequence += (int32_t)done * stride;
    count = count - done < STEPS ? count - done : STEPS;
  }
  rnnp_rnn_steps(&parts->cell2, parts->h, 0, sequence, stride, count);
  rnnp_rnn_output(parts->h, parts->h2, out, plane);
}

static void summarise_both(const parts_t *parts, const int16_t *sequence, int32_t stride, uint32_t count, int8_t *out, uint32_t plane) {
  const int16_t *last = sequence + (int32_t)(count - 1) * stride;
#if RNNP_MVE
  if (parts->h2 == 16 && count <= STEPS) {
    int16_t back[16];
    const rnnp_rnn_run_t forwards = {parts->h, sequence, 0, stride};
    const rnnp_rnn_run_t backwards = {back, last, 0, -stride};
    rnnp_rnn_pair_first_mve(&parts->cell2, &forwards, &backwards, count);
    rnnp_rnn_output(parts->h, 16, out, plane);
    rnnp_rnn_output(back, 16, out + 16 * plane, plane);
    return;
  }
#endif
  for (uint32_t direction = 0; direction < 2; direction++) {
    summarise(parts, sequence, stride, count, out, plane);
    sequence = last;
    stride = -stride;
    out += parts->h2 * plane;
  }
}

/* Ends the sweeps down the columns of a row of windows with the padding below the picture, and multiplies them by W2. */
static void end_columns(const parts_t *parts, int16_t *columns, int32_t bottom) {
  const uint32_t in_width = parts->pool->params.in_width;
  for (uint32_t x = 0; x < in_width; x += STEPS) {
    uint32_t count = in_width - x < STEPS ? in_width - x : STEPS;
    int16_t *h = columns + x * (uint32_t)parts->wide;
    for (int32_t y = parts->pool->params.in_height; y < bottom; y++) {
      rnnp_rnn_steps(&parts->cell1, h, parts->wide, parts->zero, 0, count);
      if (pause(parts, count * parts->h1 * parts->h1)) {
        return;
      }
    }
#if RNNP_MVE
    rnnp_rnn_project_all_mve(parts->w2, parts->h2, parts->h1, h, parts->wide, count);
#else
    for (uint32_t i = 0; i < count; i++) {
      rnnp_rnn_project(parts->w2, parts->h2, parts->h1, h, h);
      h += parts->wide;
    }
#endif
    if (pause(parts, count * parts->h1 * parts->h2)) {
      return;
    }
  }
}

bool rnnp_rnnpool_ready(const rnnp_rnnpool_t *pool) {
  const windows_t windows = windows_of(&pool->params);
  const uint32_t need = pool->rows_out * windows.stride + windows.patch_height - windows.pad;
  const uint32_t height = pool->params.in_height;
  return pool->rows_out < windows.out_height && pool->rows_in >= (need < height ? need : height);
}

/* The summaries of row sweeps of a window, from `top` to `bottom`. */
static void summarise_rows(const parts_t *parts, uint32_t window, int32_t top, int32_t bottom, int8_t *out, uint32_t plane) {
  const int32_t height = parts->pool->params.in_height;
  const int16_t *ends = parts->ends + window * parts->h2;
  const uint32_t slot_states = parts->windows.out_width * parts->h2;
  const int16_t *sequence = ends;
  int32_t stride = (int32_t)slot_states;
  if (top < 0 || bottom > height || slot_of(parts, (uint32_t)top) != 0) {
    int16_t *to = parts->gather;
    for (int32_t y = top; y < bottom; y++) {
      copy_states(to, y < 0 || y >= height ? parts->outside : ends + slot_of(parts, (uint32_t)y) * slot_states, parts->h2);
      to += parts->h2;
    }
    sequence = parts->gather;
    stride = (int32_t)parts->h2;
  }
  summarise_both(parts, sequence, stride, parts->windows.patch_height, out, plane);
}

/* Those of column sweeps. */
static void summarise_columns(const parts_t *parts, uint32_t window, const int16_t *columns, int8_t *out, uint32_t plane) {
  const int32_t in_width = parts->pool->params.in_width;
  const int32_t left = (int32_t)(window * parts->windows.stride) - (int32_t)parts->windows.pad;
  const int32_t right = left + (int32_t)parts->windows.patch_width;
  const int16_t *sequence = columns + left * parts->wide;
  int32_t stride = parts->wide;
  if (left < 0 || right > in_width) {
    int16_t *to = parts->gather;
    for (int32_t x = left; x < right; x++) {
      copy_states(to, x < 0 || x >= in_width ? parts->outside : columns + x * parts->wide, parts->h2);
      to += parts->h2;
    }
    sequence = parts->gather;
    stride = (int32_t)parts->h2;
  }
  summarise_both(parts, sequence, stride, parts->windows.patch_width, out, plane);
}

/* Puts the outputs of the last `blocks` blocks of windows in their places. */
static void place_waiting(const parts_t *parts, const rnnp_row_t *out, uint32_t blocks) {
  const int8_t *from = parts->waiting;
  const uint32_t channels = 2 * parts->h2;
  for (uint32_t block = last_block(&parts->windows); blocks > 0; block--, blocks--) {
    int8_t *to = rnnp_row_pixel(out, block * RNNP_BLOCK) + channels * out->plane;
    for (const int8_t *end = from + RNNP_BLOCK * channels; from != end; from += RNNP_BLOCK) {
#if RNNP_THUMB1
      to[0] = from[0]; /* memcpy would be a call */
      to[1] = from[1];
      to[2] = from[2];
      to[3] = from[3];
#else
      memcpy(to, from, RNNP_BLOCK);
#endif
      to += out->plane;
    }
  }
}

/*
 * The row of windows may replace the states that it is made of (rnnp_rnnpool_lend). The summaries of columns come first, those on the
 * right first, and wait where states lie in their place that are still needed.
 */
void rnnp_rnnpool_emit(rnnp_rnnpool_t *pool, const rnnp_row_t *out) {
  parts_t parts = parts_of(pool);
#if RNNP_THUMB1
  rnnp_thumb1_cell_t prepared;
  rnnp_thumb1_prepare(&parts.cell2, &prepared);
#endif
  const windows_t *windows = &parts.windows;
  const int32_t top = (int32_t)(pool->rows_out * windows->stride) - (int32_t)windows->pad;
  const int32_t bottom = top + (int32_t)windows->patch_height;
  const uint32_t channels = 2 * parts.h2;
  int16_t *columns = columns_of(&parts, pool->rows_out);
  const uintptr_t ahead = (uintptr_t)(out->data + channels * out->plane) - (uintptr_t)columns;
  const uint32_t intact = ahead < parts.phase_bytes ? (uint32_t)ahead / (2 * (uint32_t)parts.wide) : pool->params.in_width;
  const uint32_t last = last_block(windows);
  const uint32_t waits = waiting_blocks(windows, pool->params.in_width, intact);
  /* `pause` is called once in four windows, if these take no more than STEPS */
  const uint32_t group = 8 * larger(windows->patch_width, windows->patch_height) <= STEPS ? 4 : 1;
  uint32_t waiting = 0;
  pool->rows_out++;
  end_columns(&parts, columns, bottom);
  for (uint32_t window = windows->out_width; window-- > 0;) {
    int8_t *to = rnnp_row_pixel(out, window) + channels * out->plane;
    uint32_t plane = out->plane;
    if (window / RNNP_BLOCK + waits > last) {
      waiting = last + 1 - window / RNNP_BLOCK;
      to = parts.waiting + (waiting - 1) * RNNP_BLOCK * channels + window % RNNP_BLOCK;
      plane = RNNP_BLOCK;
    } else if (waiting > 0) {
      place_waiting(&parts, out, waiting);
      waiting = 0;
    }
    summarise_columns(&parts, window, columns, to, plane);
    if ((window & (group - 1)) == 0 && pause(&parts, group * channels * windows->patch_width * parts.h2)) {
      return;
    }
  }
  place_waiting(&parts, out, waiting);
  for (uint32_t window = 0; window < windows->out_width; window++) {
    summarise_rows(&parts, window, top, bottom, rnnp_row_pixel(out, window), out->plane);
    if ((window & (group - 1)) == 0 && pause(&parts, group * channels * windows->patch_height * parts.h2)) {
      return;
    }
  }
}
