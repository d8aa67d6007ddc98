#include "rnnp_stage.h"

#include <string.h>

rnnp_gemm_t rnnp_layer_gemm(const rnnp_layer_t *layer, const uint8_t *package) {
  rnnp_gemm_t gemm = {
    .weights = (const int8_t *)(package + layer->section[0].offset),
    .params = (const int32_t *)(const void *)(package + layer->section[1].offset),
    .pairs = (uint16_t)(rnnp_layer_elements(layer) / 2),
    .outputs = layer->out_channels,
  };
  return gemm;
}

rnnp_gemm_t rnnp_stage_gemm(const rnnp_stage_t *stage, uint32_t index) {
  rnnp_gemm_t gemm = rnnp_layer_gemm(index == 0 ? stage->shape.expand : stage->shape.last, stage->package);
  if (stage->wide) {
    gemm.wide = stage->wide->weights[index];
    gemm.wide_outputs = stage->wide->outputs[index];
  }
  return gemm;
}

/* The layer whose input the ring holds: in a block, the depthwise convolution. */
static const rnnp_layer_t *ring_layer(const rnnp_stage_t *stage) {
  return stage->shape.kind == RNNP_STAGE_BLOCK ? stage->shape.depth : stage->shape.first;
}

static uint32_t ring_row_bytes(const rnnp_stage_t *stage) {
  const rnnp_layer_t *layer = ring_layer(stage);
  return rnnp_ring_row(layer->in_width, layer->in_channels);
}

static int8_t *late_row(const rnnp_stage_t *stage, uint32_t index) { return stage->in_row + index * ring_row_bytes(stage); }

/* Row -1 lies in slot 0. No division by a variable: a core without an instruction for it would call a function. */
static int8_t *ring_slot(const rnnp_stage_t *stage, uint32_t row_plus_one) {
  const uint32_t slot = stage->late_rows == 0 ? row_plus_one % 3 : stage->late_rows == 1 ? row_plus_one % 2 : 0;
  return (int8_t *)stage->state + slot * ring_row_bytes(stage);
}

/* Where the next row of the ring is written. Of two late rows the first one has an even index: the ring's stride is 2. */
static int8_t *next_ring_row(const rnnp_stage_t *stage) {
  if (stage->late_rows == 0) {
    return ring_slot(stage, stage->rows_in + 1u);
  }
  return late_row(stage, stage->late_rows == 2 ? stage->rows_in % 2 : 0);
}

/* Keeps the last of the late rows, whose memory is about to be used otherwise. A call of memcpy would cost more than the copy. */
static void keep_late_row(const rnnp_stage_t *stage) {
  if (stage->late_rows == 0) {
    return;
  }
  int8_t *to = ring_slot(stage, stage->rows_in);
  const int8_t *from = late_row(stage, stage->late_rows - 1u);
  uint32_t left = ring_row_bytes(stage);
  for (; left >= 32; left -= 32) {
    memcpy(__builtin_assume_aligned(to, 4), __builtin_assume_aligned(from, 4), 32);
    to += 32;
    from += 32;
  }
  for (; left > 0; left -= 4) {
    memcpy(__builtin_assume_aligned(to, 4), __builtin_assume_aligned(from, 4), 4);
    to += 4;
    from += 4;
  }
}

static void fill_slot(int8_t *slot, const rnnp_layer_t *layer) {
  memset(slot, layer->in_zero, rnnp_ring_row(layer->in_width, layer->in_channels));
}

/*
 * Blocks of four pixels write past the end of a row whose width is not a multiple of four, and channels share their padding pixels. With
 * Helium, a depthwise convolution writes outputs in the place of the left ones (rnnp_depthwise_row_mve). The memory of late rows is also
 * used otherwise.
 */
static void pad_slot(int8_t *slot, const rnnp_layer_t *layer, bool late) {
  uint32_t plane = rnnp_ring_plane(layer->in_width);
  if (!late && layer->in_width % RNNP_BLOCK == 0 && !(RNNP_MVE && layer->op == RNNP_OP_DEPTHWISE3X3)) {
    return;
  }
  for (uint32_t c = 0; c < layer->in_channels; c++) {
    slot[0] = layer->in_zero;
    slot[layer->in_width + 1] = layer->in_zero;
    slot += plane;
  }
}

void rnnp_ring_rows(rnnp_stage_t *stage, const rnnp_layer_t *layer, uint32_t stride, uint32_t row, const int8_t *rows[3]) {
  uint32_t top = stride * row; /* plus one, minus one for the row above */
  const uint32_t kept = 3u - stage->late_rows;
  int8_t *last = NULL;
  for (uint32_t ky = 0; ky < 3; ky++) {
    last = ky < kept ? ring_slot(stage, top + ky) : late_row(stage, ky - kept);
    rows[ky] = last;
  }
  if (top + 2 > layer->in_height) {
    fill_slot(last, layer);
  }
}

/* Kernels write outputs in pairs; the last of an odd number goes through a block of its own. */
__attribute__((noinline)) static void gemm_last_row(const rnnp_gemm_t *gemm, const int16_t *acts, int8_t *out, int32_t zero,
                                                    bool residual) {
  const uint32_t even = gemm->outputs & ~1u;
  int8_t block[2 * RNNP_BLOCK] = {0};
  rnnp_gemm_t last = *gemm;
  last.weights += even * 2u * gemm->pairs;
  last.wide_outputs = gemm->wide_outputs > even ? 2 : 0;
  last.wide = last.wide_outputs > 0 ? gemm->wide + even * 2u * gemm->pairs : NULL;
  last.params += 2 * even;
  memcpy(block, out, RNNP_BLOCK);
  rnnp_gemm_s8(&last, acts, 2, block, RNNP_BLOCK, zero, residual);
  memcpy(out, block, RNNP_BLOCK);
}

static inline void gemm_rows(const rnnp_gemm_t *gemm, const int16_t *acts, int8_t *out, uint32_t plane, int32_t zero, bool residual) {
  const uint32_t even = gemm->outputs & ~1u;
  rnnp_gemm_s8(gemm, acts, even, out, plane, zero, residual);
  if (even != gemm->outputs) {
    gemm_last_row(gemm, acts, out + even * plane, zero, residual);
  }
}

/* Work of four pixels (docs/model-format.md, Work). */
static uint32_t block_work(const rnnp_gemm_t *gemm) { return RNNP_BLOCK * gemm->outputs * (2u * gemm->pairs + 8u); }

/* A 1x1 convolution of a row. */
static void pointwise_row(rnnp_engine_t *engine, const rnnp_stage_t *stage, const rnnp_layer_t *layer, const int8_t *row, uint32_t plane,
                          const rnnp_row_t *out) {
  const rnnp_gemm_t gemm = rnnp_stage_gemm(stage, layer == stage->shape.expand ? 0 : 1);
  const uint32_t work = block_work(&gemm);
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  for (uint32_t x = 0; x < layer->in_width; x += RNNP_BLOCK) {
    rnnp_unpack_s8(row + x, plane, layer->in_channels, acts);
    gemm_rows(&gemm, acts, rnnp_row_pixel(out, x), out->plane, layer->out_zero, false);
    if (rnnp_stage_pause(engine, stage, work)) {
      return;
    }
  }
}

/* These two are not inlined: their variables would be on the stack while an RNNPOOL computes, where the stack is deepest. */
__attribute__((noinline)) static void conv_row(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out) {
  const rnnp_layer_t *layer = stage->shape.first;
  const rnnp_gemm_t gemm = rnnp_stage_gemm(stage, 1);
  const uint32_t work = block_work(&gemm);
  const uint32_t channels = layer->in_channels;
  const uint32_t stride = layer->stride;
  const uint32_t width = layer->out_width;
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  const int8_t *rows[3];
  rnnp_ring_rows(stage, layer, stride, stage->rows_out, rows);
#if RNNP_MVE
  if (rnnp_conv_row_mve(&gemm, rows, channels, stride, width, acts, out->data, out->plane, out->tile, layer->out_zero)) {
    (void)rnnp_stage_pause(engine, stage, work * ((width + RNNP_BLOCK - 1u) / RNNP_BLOCK));
    return;
  }
#endif
  const uint32_t in_plane = rnnp_ring_plane(layer->in_width);
  const uint32_t out_plane = out->plane;
  const int32_t zero = layer->out_zero;
  int8_t *to = out->data;
  for (uint32_t x = 0; x < width; x += RNNP_BLOCK) {
    rnnp_im2col_3x3(rows, in_plane, channels, stride, acts);
    gemm_rows(&gemm, acts, to, out_plane, zero, false);
    if (rnnp_stage_pause(engine, stage, work)) {
      return;
    }
    to += x % RNNP_TILE == RNNP_TILE - RNNP_BLOCK ? RNNP_BLOCK + out->tile - RNNP_TILE : RNNP_BLOCK;
    for (uint32_t ky = 0; ky < 3; ky++) {
      rows[ky] += RNNP_BLOCK * stride;
    }
  }
}

#if RNNP_MVE
/* A depthwise convolution's row in slices of channels, between which the engine reports progress. True: the frame has been stopped. */
static bool depthwise_row(rnnp_engine_t *engine, const rnnp_stage_t *stage, const rnnp_depthwise_t *depthwise, const int8_t *const rows[3],
                          uint32_t width) {
  rnnp_depthwise_t slice = *depthwise;
  slice.channels = 64;
  for (uint32_t c = 0; c < depthwise->channels; c += 64) {
    const uint32_t at = c * depthwise->plane;
    const int8_t *const from[3] = {rows[0] + at, rows[1] + at, rows[2] + at};
    if (depthwise->channels - c < 64) {
      slice.channels = depthwise->channels - c;
    }
    slice.taps = depthwise->taps + 10 * c;
    slice.params = depthwise->params + 2 * c;
    rnnp_depthwise_row_mve(&slice, from, width);
    if (rnnp_stage_pause(engine, stage, 9u * slice.channels * width)) {
      return true;
    }
  }
  return false;
}
#endif

__attribute__((noinline)) static void block_row(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out) {
  const rnnp_layer_t *depth = stage->shape.depth;
  const rnnp_layer_t *project = stage->shape.last;
  const rnnp_depthwise_t depthwise = rnnp_layer_depthwise(depth, stage->package);
  const rnnp_gemm_t gemm = rnnp_stage_gemm(stage, 1);
  const uint32_t work = block_work(&gemm) + RNNP_BLOCK * 18u * depth->in_channels;
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  const int8_t *rows[3];
  rnnp_ring_rows(stage, depth, depth->stride, stage->rows_out, rows);
#if RNNP_MVE
  if (depthwise_row(engine, stage, &depthwise, rows, project->out_width)) {
    return;
  }
#endif
  for (uint32_t x = 0; x < project->out_width; x += RNNP_BLOCK) {
    rnnp_depthwise_block(&depthwise, rows, acts);
    gemm_rows(&gemm, acts, rnnp_row_pixel(out, x), out->plane, project->out_zero, stage->shape.residual);
    if (rnnp_stage_pause(engine, stage, work)) {
      return;
    }
  }
}

static void average_absorb(rnnp_stage_t *stage, const int8_t *row, uint32_t plane) {
  const rnnp_layer_t *layer = stage->shape.first;
  int32_t *sums = (int32_t *)(void *)stage->state;
  for (uint32_t c = 0; c < layer->in_channels; c++) {
    for (uint32_t x = 0; x < layer->in_width; x++) {
      sums[c] += row[x];
    }
    row += plane;
  }
}

static void average_emit(const rnnp_stage_t *stage, int8_t *out, uint32_t plane) {
  const rnnp_layer_t *layer = stage->shape.first;
  const int32_t *sums = (const int32_t *)(const void *)stage->state;
  const int32_t *params = (const int32_t *)(const void *)(stage->package + layer->section[1].offset);
  for (uint32_t c = 0; c < layer->in_channels; c++) {
    *out = (int8_t)rnnp_clamp(layer->out_zero + rnnp_mulhi(params[0] + sums[c], params[1]), -128, 127);
    out += plane;
  }
}

static void dense_absorb(const rnnp_stage_t *stage, const int8_t *row, uint32_t plane) {
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  const uint32_t elements = rnnp_layer_elements(stage->shape.first);
  for (uint32_t c = 0; c < stage->shape.first->in_channels; c++) {
    rnnp_set_act(acts, elements, c, 0, row[c * plane]);
  }
}

/* The one pixel of a dense layer is the first of a block; the other results are discarded. */
void rnnp_dense_emit(rnnp_engine_t *engine, rnnp_stage_t *stage) {
  const rnnp_layer_t *layer = stage->shape.first;
  rnnp_gemm_t gemm = rnnp_layer_gemm(layer, stage->package);
  int16_t *out = (int16_t *)(void *)(stage->scratch + rnnp_round8(8 * rnnp_layer_elements(layer)));
  rnnp_gemm_s16(&gemm, (const int16_t *)(const void *)stage->scratch, 0, (layer->out_channels + 1u) & ~1u, out);
  for (uint32_t n = 1; n < layer->out_channels; n++) {
    out[n] = out[RNNP_BLOCK * n];
  }
  engine->logits = out;
}

static bool has_gemm(const rnnp_layer_t *layer) {
  return layer && (layer->op == RNNP_OP_POINTWISE || layer->op == RNNP_OP_CONV3X3 || layer->op == RNNP_OP_HEAD);
}

void rnnp_stage_widen(rnnp_stage_t *stage, rnnp_stage_wide_t *wide, uint8_t *at, const uint8_t *end) {
  const rnnp_layer_t *const layers[2] = {stage->shape.expand, stage->shape.last};
  for (uint32_t i = 0; i < 2; i++) {
    const rnnp_layer_t *layer = layers[i];
    wide->outputs[i] = 0;
    if (RNNP_MVE || RNNP_THUMB1 || !has_gemm(layer)) {
      continue;
    }
    const rnnp_gemm_t gemm = rnnp_layer_gemm(layer, stage->package);
    const uint32_t all = (layer->op == RNNP_OP_HEAD ? layer->class_outputs : layer->out_channels) + 1u;
    const uint32_t fit = (uint32_t)(end - at) / (4u * gemm.pairs);
    const uint32_t outputs = (fit < all ? fit : all) & ~1u;
    wide->weights[i] = (int16_t *)(void *)at;
    wide->outputs[i] = (uint16_t)outputs;
    rnnp_widen(gemm.weights, gemm.pairs, outputs, wide->weights[i]);
    at += 4u * gemm.pairs * outputs;
  }
  stage->wide = wide;
}

void rnnp_stage_begin(rnnp_stage_t *stage) {
  stage->rows_in = 0;
  stage->rows_out = 0;
  switch (stage->shape.kind) {
    case RNNP_STAGE_CONV:
    case RNNP_STAGE_HEAD:
    case RNNP_STAGE_BLOCK:
      /* pad_slot relies on the padding of all rows that are kept where it does nothing */
      for (uint32_t slot = 0; slot < (ring_layer(stage)->in_width % RNNP_BLOCK == 0 ? 3u - stage->late_rows : 1u); slot++) {
        fill_slot(ring_slot(stage, slot), ring_layer(stage));
      }
      break;
    case RNNP_STAGE_RNNPOOL:
      rnnp_pool_begin(stage);
      break;
    case RNNP_STAGE_AVGPOOL:
      memset(stage->state, 0, 4u * stage->shape.first->in_channels);
      break;
    case RNNP_STAGE_DENSE:
      memset(stage->scratch, 0, 8 * rnnp_layer_elements(stage->shape.first));
      break;
    default:
      break;
  }
}

rnnp_row_t rnnp_stage_target(const rnnp_stage_t *stage) {
  const uint32_t width = stage->shape.first->in_width;
  if (rnnp_stage_reads_ring(&stage->shape)) {
    return (rnnp_row_t){next_ring_row(stage) + 1, rnnp_ring_plane(width), RNNP_TILE};
  }
  return stage->held ? rnnp_pool_held_row(stage) : (rnnp_row_t){stage->in_row, rnnp_map_plane(width), RNNP_TILE};
}

void rnnp_stage_absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *row) {
  const rnnp_layer_t *layer = stage->shape.first;
  int8_t *slot;
  switch (stage->shape.kind) {
    case RNNP_STAGE_RNNPOOL:
      rnnp_pool_absorb(engine, stage, row);
      break;
    case RNNP_STAGE_AVGPOOL:
      average_absorb(stage, row->data, row->plane);
      break;
    case RNNP_STAGE_DENSE:
      dense_absorb(stage, row->data, row->plane);
      break;
    case RNNP_STAGE_POINTWISE:
      stage->in_row = row->data;
      break;
    default:
      slot = next_ring_row(stage);
      if (stage->shape.expand) {
        const rnnp_row_t out = {slot + 1, rnnp_ring_plane(layer->in_width), RNNP_TILE};
        pointwise_row(engine, stage, stage->shape.expand, row->data, row->plane, &out);
      } else if (row->data != slot + 1) {
        for (uint32_t c = 0; c < layer->in_channels; c++) {
          memcpy(slot + 1 + c * rnnp_ring_plane(layer->in_width), row->data + c * row->plane, layer->in_width);
        }
      }
      pad_slot(slot, ring_layer(stage), stage->late_rows > 0);
      break;
  }
  stage->rows_in++;
  /* unless it is the lowest of the three that the next output row needs */
  if (stage->late_rows == 1 && stage->rows_in != ring_layer(stage)->stride * stage->rows_out + 2u) {
    keep_late_row(stage);
  }
}

bool rnnp_stage_ready(const rnnp_stage_t *stage) {
  uint32_t rows = stage->shape.kind == RNNP_STAGE_HEAD ? stage->shape.first->in_height : stage->shape.last->out_height;
  return stage->rows_out < rows && stage->rows_in >= rnnp_stage_need(&stage->shape, stage->rows_out);
}

void rnnp_stage_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out) {
  switch (stage->shape.kind) {
    case RNNP_STAGE_CONV:
      conv_row(engine, stage, out);
      keep_late_row(stage);
      break;
    case RNNP_STAGE_POINTWISE:
      pointwise_row(engine, stage, stage->shape.first, stage->in_row, rnnp_map_plane(stage->shape.first->in_width), out);
      break;
    case RNNP_STAGE_BLOCK:
      block_row(engine, stage, out);
      keep_late_row(stage);
      break;
    case RNNP_STAGE_RNNPOOL:
      rnnp_pool_emit(engine, stage, out);
      break;
    case RNNP_STAGE_HEAD:
      rnnp_head_emit(engine, stage);
      break;
    case RNNP_STAGE_AVGPOOL:
      average_emit(stage, out->data, out->plane);
      break;
    case RNNP_STAGE_DENSE:
      rnnp_dense_emit(engine, stage);
      break;
    default:
      break;
  }
  stage->rows_out++;
}
