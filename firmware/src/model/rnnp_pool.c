/*
 * RNNPool over overlapping windows, streamed. A sweep of the first cell along a row does not depend on which rows a window
 * covers, so windows of one column of windows share it, and W2 times its end; likewise down the columns. The state
 * holds the running states of the windows of each column, and the ends of the last row sweeps ( Saha et al., NeurIPS 2020).
 *
 * Padding has w = 0: the states after padding in front are constants, and so is the end of a sweep that is all padding.
 */
#include <string.h>

#include "rnnp_stage.h"

/* Steps of a cell between two reports at most. */
#define STEPS 64u

/* The parts of stage->state. */
typedef struct {
  int16_t *columns; /* [phase][x][wide] running states, turned into W2 times their ends when a row of windows is done */
  int16_t *ends;    /* [row % patch_height][window][h2] W2 times the ends of row sweeps */
  int16_t *sweeps;  /* [phase][h1] running states of the row that is being read */
  int16_t *lead;    /* [n - 1][h1] states after n padding pixels, n = 1 .. pad */
  int16_t *outside; /* [h2] W2 times the end of a sweep outside the picture */
  int16_t *input;   /* [pixel][h1] w of a chunk of pixels */
  int16_t *gather;  /* [n][h2] a sequence for the second cell that does not lie in memory as such */
  int16_t *h;       /* [wide] a state */
  int16_t *zero;    /* [wide] zeros */
  rnnp_cell_t cell1;
  rnnp_cell_t cell2;
  const int16_t *w2;
  uint32_t h1;
  uint32_t h2;
  int32_t wide;
  bool slow; /* cells of a size that is not written in assembly: report after each window */
  rnnp_engine_t *engine;
  const rnnp_stage_t *stage;
} pool_t;

static int16_t *take(uint8_t **at, uint32_t elements) {
  int16_t *p = (int16_t *)(void *)*at;
  *at += rnnp_round8(2 * elements);
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

static const int16_t *section(const rnnp_stage_t *stage, uint32_t index) {
  return (const int16_t *)(const void *)(stage->package + stage->shape.first->section[index].offset);
}

static pool_t pool_of(rnnp_engine_t *engine, const rnnp_stage_t *stage) {
  const rnnp_layer_t *layer = stage->shape.first;
  uint32_t h1 = layer->hidden1;
  uint32_t h2 = layer->hidden2;
  uint32_t wide = h1 > h2 ? h1 : h2;
  uint32_t longest = stage->shape.patch_width > stage->shape.patch_height ? stage->shape.patch_width : stage->shape.patch_height;
  uint8_t *at = stage->state;
  pool_t pool = {
    .cell1 = {section(stage, 2), section(stage, 3), h1, stage->bounded[0]},
    .cell2 = {section(stage, 5), section(stage, 6), h2, stage->bounded[1]},
    .w2 = section(stage, 4),
    .h1 = h1,
    .h2 = h2,
    .wide = (int32_t)wide,
    .slow = wide > 16,
    .engine = engine,
    .stage = stage,
  };
  pool.columns = take(&at, stage->shape.phases * layer->in_width * wide);
  pool.ends = take(&at, (uint32_t)stage->shape.patch_height * layer->out_width * h2);
  pool.sweeps = take(&at, stage->shape.phases * h1);
  pool.lead = take(&at, stage->shape.pad * h1);
  pool.outside = take(&at, h2);
  pool.input = take(&at, RNNP_POOL_CHUNK * h1);
  pool.gather = take(&at, longest * h2);
  pool.h = take(&at, 2 * wide);
  pool.zero = pool.h + wide;
  return pool;
}

void rnnp_pool_begin(rnnp_stage_t *stage) {
  stage->bounded[0] = rnnp_rnn_bounded(section(stage, 2), stage->shape.first->hidden1);
  stage->bounded[1] = rnnp_rnn_bounded(section(stage, 5), stage->shape.first->hidden2);
  pool_t pool = pool_of(NULL, stage);
  memset(pool.zero, 0, 2 * (uint32_t)pool.wide);
  if (stage->shape.pad == 0) {
    return;
  }
  rnnp_rnn_first(&pool.cell1, pool.h, 0, pool.zero, 0, 1);
  for (uint32_t n = 1; n < stage->shape.patch_width; n++) {
    if (n <= stage->shape.pad) {
      memcpy(pool.lead + (n - 1) * pool.h1, pool.h, 2 * pool.h1);
    }
    rnnp_rnn_steps(&pool.cell1, pool.h, 0, pool.zero, 0, 1);
  }
  rnnp_rnn_project(pool.w2, pool.h2, pool.h1, pool.h, pool.outside);
}

/* First and last window that reach into positions at .. at + count - 1, of `windows`; last < first when there is none. */
static void windows_at(uint32_t at, uint32_t count, uint32_t pad, uint32_t patch, uint32_t stride, uint32_t windows, uint32_t *first,
                       uint32_t *last) {
  *first = at + pad < patch ? 0 : (at + pad - patch) / stride + 1;
  *last = (at + count - 1 + pad) / stride;
  if (*last >= windows) {
    *last = windows - 1;
  }
}

static void sweep_rows(const rnnp_stage_t *stage, const pool_t *pool, uint32_t x, uint32_t count) {
  const rnnp_stage_shape_t *shape = &stage->shape;
  const rnnp_layer_t *layer = shape->first;
  uint32_t window;
  uint32_t last;
  windows_at(x, count, shape->pad, shape->patch_width, shape->stride, layer->out_width, &window, &last);
  for (; window < last + 1; window++) {
    if (pool->slow && rnnp_stage_pause(pool->engine, stage, count * pool->h1 * pool->h1)) {
      return;
    }
    int32_t start = (int32_t)(window * shape->stride) - shape->pad;
    int32_t end = start + shape->patch_width;
    uint32_t from = start > (int32_t)x ? (uint32_t)start : x;
    uint32_t to = end < (int32_t)(x + count) ? (uint32_t)end : x + count;
    int16_t *h = pool->sweeps + (window % shape->phases) * pool->h1;
    if ((int32_t)from == start) {
      rnnp_rnn_first(&pool->cell1, h, 0, pool->input + (from - x) * pool->h1, 0, 1);
      from++;
    } else if (x == 0) {
      memcpy(h, pool->lead + (uint32_t)(-start - 1) * pool->h1, 2 * pool->h1);
    }
    rnnp_rnn_steps(&pool->cell1, h, 0, pool->input + (from - x) * pool->h1, (int32_t)pool->h1, to - from);
    if (end > (int32_t)layer->in_width && to == layer->in_width) {
      rnnp_rnn_steps(&pool->cell1, h, 0, pool->zero, 0, (uint32_t)end - layer->in_width);
    } else if (end != (int32_t)to) {
      continue;
    }
    uint32_t slot = stage->rows_in % shape->patch_height;
    rnnp_rnn_project(pool->w2, pool->h2, pool->h1, h, pool->ends + (slot * layer->out_width + window) * pool->h2);
  }
}

static int16_t *columns_of(const rnnp_stage_t *stage, const pool_t *pool, uint32_t window_row) {
  return pool->columns + (window_row % stage->shape.phases) * stage->shape.first->in_width * (uint32_t)pool->wide;
}

static void sweep_columns(const rnnp_stage_t *stage, const pool_t *pool, uint32_t x, uint32_t count) {
  const rnnp_stage_shape_t *shape = &stage->shape;
  uint32_t y = stage->rows_in;
  uint32_t window;
  uint32_t last;
  windows_at(y, 1, shape->pad, shape->patch_height, shape->stride, shape->first->out_height, &window, &last);
  for (; window < last + 1; window++) {
    if (pool->slow && rnnp_stage_pause(pool->engine, stage, count * pool->h1 * pool->h1)) {
      return;
    }
    int32_t start = (int32_t)(window * shape->stride) - shape->pad;
    int16_t *h = columns_of(stage, pool, window) + x * (uint32_t)pool->wide;
    if (start == (int32_t)y) {
      rnnp_rnn_first(&pool->cell1, h, pool->wide, pool->input, (int32_t)pool->h1, count);
      continue;
    }
    if (y == 0) {
      for (uint32_t i = 0; i < count; i++) {
        memcpy(h + i * (uint32_t)pool->wide, pool->lead + (uint32_t)(-start - 1) * pool->h1, 2 * pool->h1);
      }
    }
    rnnp_rnn_steps(&pool->cell1, h, pool->wide, pool->input, (int32_t)pool->h1, count);
  }
}

void rnnp_pool_absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const int8_t *row, uint32_t plane) {
  const rnnp_layer_t *layer = stage->shape.first;
  pool_t pool = pool_of(engine, stage);
  const rnnp_rnn_input_t input = {
    .weights = section(stage, 0),
    .bias = (const int32_t *)(const void *)section(stage, 1),
    .channels = layer->in_channels,
    .size = pool.h1,
    .shift = layer->g1,
  };
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  const uint32_t work = RNNP_POOL_CHUNK * pool.h1 * (((layer->in_channels + 1u) & ~1u) + 2u * stage->shape.phases * pool.h1);
  for (uint32_t x = 0; x < layer->in_width; x += RNNP_POOL_CHUNK) {
    uint32_t count = layer->in_width - x < RNNP_POOL_CHUNK ? layer->in_width - x : RNNP_POOL_CHUNK;
    for (uint32_t i = 0; i < count; i += RNNP_BLOCK) {
      rnnp_rnn_input_s8(&input, row + x + i, plane, acts, pool.input + i * pool.h1);
    }
    sweep_rows(stage, &pool, x, count);
    sweep_columns(stage, &pool, x, count);
    if (!engine->running || rnnp_stage_pause(engine, stage, work)) {
      return;
    }
  }
}

/* The steps of a sequence that is too long to be computed between two reports, but for the last of them. Returns their number. */
static uint32_t first_steps(const pool_t *pool, const int16_t *sequence, int32_t stride, uint32_t count) {
  uint32_t done = 0;
  while (count - done > STEPS && !rnnp_stage_pause(pool->engine, pool->stage, STEPS * pool->h2 * pool->h2)) {
    rnnp_rnn_steps(&pool->cell2, pool->h, 0, sequence + (int32_t)done * stride, stride, STEPS);
    done += STEPS;
  }
  return done;
}

/* One direction of the second cell, and its end as channels of the output. */
static void summarise(const pool_t *pool, const int16_t *sequence, int32_t stride, uint32_t count, int8_t *out, uint32_t plane) {
  rnnp_rnn_first(&pool->cell2, pool->h, 0, sequence, 0, 1);
  sequence += stride;
  count--;
  if (count > STEPS) {
    uint32_t done = first_steps(pool, sequence, stride, count);
    sequence += (int32_t)done * stride;
    count = count - done < STEPS ? count - done : STEPS;
  }
  rnnp_rnn_steps(&pool->cell2, pool->h, 0, sequence, stride, count);
  rnnp_rnn_output(pool->h, pool->h2, out, plane);
}

static void summarise_both(const pool_t *pool, const int16_t *sequence, int32_t stride, uint32_t count, int8_t *out, uint32_t plane) {
  summarise(pool, sequence, stride, count, out, plane);
  summarise(pool, sequence + (int32_t)(count - 1) * stride, -stride, count, out + pool->h2 * plane, plane);
}

/* Ends the sweeps down the columns of a row of windows with the padding below the picture, and multiplies them by W2. */
static void end_columns(const pool_t *pool, int16_t *columns, int32_t bottom) {
  const rnnp_layer_t *layer = pool->stage->shape.first;
  for (uint32_t x = 0; x < layer->in_width; x += STEPS) {
    uint32_t count = layer->in_width - x < STEPS ? layer->in_width - x : STEPS;
    int16_t *h = columns + x * (uint32_t)pool->wide;
    for (int32_t y = layer->in_height; y < bottom; y++) {
      rnnp_rnn_steps(&pool->cell1, h, pool->wide, pool->zero, 0, count);
      if (rnnp_stage_pause(pool->engine, pool->stage, count * pool->h1 * pool->h1)) {
        return;
      }
    }
    for (uint32_t i = 0; i < count; i++) {
      rnnp_rnn_project(pool->w2, pool->h2, pool->h1, h, h);
      h += pool->wide;
    }
    if (rnnp_stage_pause(pool->engine, pool->stage, count * pool->h1 * pool->h2)) {
      return;
    }
  }
}

void rnnp_pool_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, int8_t *out, uint32_t plane) {
  const rnnp_stage_shape_t *shape = &stage->shape;
  const rnnp_layer_t *layer = shape->first;
  pool_t pool = pool_of(engine, stage);
  int32_t top = (int32_t)(stage->rows_out * shape->stride) - shape->pad;
  int32_t bottom = top + shape->patch_height;
  int16_t *columns = columns_of(stage, &pool, stage->rows_out);
  const uint32_t work = 2u * ((uint32_t)shape->patch_width + shape->patch_height) * pool.h2 * pool.h2;
  end_columns(&pool, columns, bottom);
  for (uint32_t window = 0; window < layer->out_width; window++) {
    if (!engine->running || rnnp_stage_pause(engine, stage, work)) {
      return;
    }
    int16_t *to = pool.gather;
    for (int32_t y = top; y < bottom; y++) {
      bool outside = y < 0 || y >= layer->in_height;
      uint32_t slot = outside ? 0 : (uint32_t)y % shape->patch_height;
      copy_states(to, outside ? pool.outside : pool.ends + (slot * layer->out_width + window) * pool.h2, pool.h2);
      to += pool.h2;
    }
    summarise_both(&pool, pool.gather, (int32_t)pool.h2, shape->patch_height, out + window, plane);

    int32_t left = (int32_t)(window * shape->stride) - shape->pad;
    int8_t *right_half = out + 2 * pool.h2 * plane + window;
    if (left >= 0 && left + shape->patch_width <= layer->in_width) {
      summarise_both(&pool, columns + left * pool.wide, pool.wide, shape->patch_width, right_half, plane);
      continue;
    }
    to = pool.gather;
    for (int32_t x = left; x < left + shape->patch_width; x++) {
      copy_states(to, x < 0 || x >= layer->in_width ? pool.outside : columns + x * pool.wide, pool.h2);
      to += pool.h2;
    }
    summarise_both(&pool, pool.gather, (int32_t)pool.h2, shape->patch_width, right_half, plane);
  }
}
