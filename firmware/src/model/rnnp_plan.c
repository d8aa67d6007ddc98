#include "rnnp_plan.h"

#include <string.h>

static uint32_t max32(uint32_t a, uint32_t b) { return a > b ? a : b; }

uint32_t rnnp_layer_elements(const rnnp_layer_t *layer) {
  switch (layer->op) {
    case RNNP_OP_CONV3X3:
    case RNNP_OP_HEAD:
      return 3 * rnnp_round4(3u * layer->in_channels);
    default:
      return rnnp_round4(layer->in_channels);
  }
}

rnnp_rnnpool_params_t rnnp_layer_rnnpool(const rnnp_layer_t *layer) {
  return (rnnp_rnnpool_params_t){
    .in_width = layer->in_width,
    .in_height = layer->in_height,
    .in_channels = layer->in_channels,
    .patch = layer->patch,
    .stride = layer->stride,
    .hidden1 = layer->hidden1,
    .hidden2 = layer->hidden2,
    .shift = layer->g1,
  };
}

static bool is_op(const rnnp_model_t *model, uint32_t index, rnnp_op_t op) {
  return index < model->header->layer_count && model->layers[index].op == op;
}

static rnnp_stage_kind_t kind_of(uint8_t op) {
  switch (op) {
    case RNNP_OP_CONV3X3:
      return RNNP_STAGE_CONV;
    case RNNP_OP_RNNPOOL:
      return RNNP_STAGE_RNNPOOL;
    case RNNP_OP_HEAD:
      return RNNP_STAGE_HEAD;
    case RNNP_OP_AVGPOOL:
      return RNNP_STAGE_AVGPOOL;
    case RNNP_OP_DENSE:
      return RNNP_STAGE_DENSE;
    default:
      return RNNP_STAGE_POINTWISE;
  }
}

void rnnp_stage_shape(const rnnp_model_t *model, uint32_t index, rnnp_stage_shape_t *shape) {
  const rnnp_layer_t *layer = model->layers + index;
  memset(shape, 0, sizeof *shape);
  shape->first = layer;
  shape->last = layer;
  shape->layers = 1;
  shape->kind = kind_of(layer->op);
  if (layer->op == RNNP_OP_POINTWISE && is_op(model, index + 1, RNNP_OP_DEPTHWISE3X3) &&
      !((layer[2].flags & RNNP_LAYER_RESIDUAL) && layer[2].residual == index + 1)) {
    shape->kind = RNNP_STAGE_BLOCK;
    shape->expand = layer;
    shape->depth = layer + 1;
    shape->last = layer + 2;
    shape->layers = 3;
  } else if (layer->op == RNNP_OP_DEPTHWISE3X3) {
    shape->kind = RNNP_STAGE_BLOCK;
    shape->depth = layer;
    shape->last = layer + 1;
    shape->layers = 2;
  }
  shape->residual = (shape->last->flags & RNNP_LAYER_RESIDUAL) != 0;
}

bool rnnp_stage_streams(const rnnp_stage_shape_t *shape) {
  return shape->kind != RNNP_STAGE_HEAD && shape->kind != RNNP_STAGE_DENSE && !shape->residual;
}

bool rnnp_stage_reads_ring(const rnnp_stage_shape_t *shape) {
  return shape->kind == RNNP_STAGE_CONV || shape->kind == RNNP_STAGE_HEAD || (shape->kind == RNNP_STAGE_BLOCK && shape->expand == NULL);
}

uint32_t rnnp_stage_need(const rnnp_stage_shape_t *shape, uint32_t row) {
  const rnnp_layer_t *layer = shape->first;
  uint32_t height = layer->in_height;
  uint32_t need;
  switch (shape->kind) {
    case RNNP_STAGE_CONV:
    case RNNP_STAGE_HEAD:
      need = layer->stride * row + 2u;
      break;
    case RNNP_STAGE_BLOCK:
      need = shape->depth->stride * row + 2;
      break;
    case RNNP_STAGE_POINTWISE:
      need = row + 1;
      break;
    case RNNP_STAGE_RNNPOOL:
      need = layer->patch > 0 ? row * layer->stride + layer->patch - (layer->patch - layer->stride) / 2u : height;
      break;
    default:
      need = height;
      break;
  }
  return need < height ? need : height;
}

uint32_t rnnp_stage_shift(const rnnp_stage_shape_t *shape) {
  if (shape->kind == RNNP_STAGE_HEAD || shape->kind == RNNP_STAGE_DENSE) {
    return 0;
  }
  uint32_t in_row = rnnp_map_row(shape->first->in_width, shape->first->in_channels);
  uint32_t out_row = rnnp_map_row(shape->last->out_width, shape->last->out_channels);
  uint32_t shift = 0;
  for (uint32_t row = 0; row < shape->last->out_height; row++) {
    uint32_t read = in_row * rnnp_stage_need(shape, row);
    uint32_t written = out_row * (row + 1);
    if (written > read && written - read > shift) {
      shift = written - read;
    }
  }
  return shift;
}

uint32_t rnnp_stage_state_bytes(const rnnp_stage_shape_t *shape) {
  const rnnp_layer_t *layer = shape->first;
  switch (shape->kind) {
    case RNNP_STAGE_CONV:
    case RNNP_STAGE_HEAD:
      return rnnp_round8(3 * rnnp_ring_row(layer->in_width, layer->in_channels));
    case RNNP_STAGE_BLOCK:
      return rnnp_round8(3 * rnnp_ring_row(layer->in_width, shape->depth->in_channels));
    case RNNP_STAGE_AVGPOOL:
      return rnnp_round8(4u * layer->in_channels);
    case RNNP_STAGE_RNNPOOL: {
      const rnnp_rnnpool_params_t params = rnnp_layer_rnnpool(layer);
      return rnnp_rnnpool_state_bytes(&params);
    }
    default:
      return 0;
  }
}

uint32_t rnnp_stage_scratch_bytes(const rnnp_stage_shape_t *shape) {
  uint32_t bytes = 8 * rnnp_layer_elements(shape->last);
  switch (shape->kind) {
    case RNNP_STAGE_HEAD:
    case RNNP_STAGE_DENSE:
      return rnnp_round8(bytes) + rnnp_round8(8u * ((shape->last->out_channels + 1u) & ~1u));
    case RNNP_STAGE_BLOCK:
      return rnnp_round8(shape->expand ? max32(bytes, 8 * rnnp_layer_elements(shape->expand)) : bytes);
    case RNNP_STAGE_AVGPOOL:
      return 0;
    case RNNP_STAGE_RNNPOOL: {
      const rnnp_rnnpool_params_t params = rnnp_layer_rnnpool(shape->first);
      return rnnp_rnnpool_scratch_bytes(&params, 0, 0);
    }
    default:
      return rnnp_round8(bytes);
  }
}

/* A row of the stage's ring. */
static uint32_t ring_row_bytes(const rnnp_stage_shape_t *shape) {
  const rnnp_layer_t *layer = shape->depth ? shape->depth : shape->first;
  return rnnp_ring_row(layer->in_width, layer->in_channels);
}

static uint32_t stage_stride(const rnnp_stage_shape_t *shape) { return shape->depth ? shape->depth->stride : shape->first->stride; }

/* Bytes of the stage's input row that the RNNPOOL before it lends; 0: it lies elsewhere. */
static uint32_t lent_bytes(const rnnp_stage_shape_t *shape, const rnnp_stage_shape_t *before) {
  if (!before || before->kind != RNNP_STAGE_RNNPOOL) {
    return 0;
  }
  const rnnp_layer_t *layer = shape->first;
  const rnnp_rnnpool_params_t params = rnnp_layer_rnnpool(before->first);
  const uint32_t bytes =
    rnnp_round8(rnnp_stage_reads_ring(shape) ? ring_row_bytes(shape) : rnnp_map_row(layer->in_width, layer->in_channels));
  return bytes <= rnnp_rnnpool_phase_bytes(&params) ? bytes : 0;
}

rnnp_stream_memory_t rnnp_stream_memory(const rnnp_stage_shape_t *shape, const rnnp_stage_shape_t *before,
                                        const rnnp_stage_shape_t *behind) {
  const rnnp_layer_t *layer = shape->first;
  rnnp_stream_memory_t memory = {.state = rnnp_stage_state_bytes(shape), .scratch = rnnp_stage_scratch_bytes(shape)};
  if (shape->kind == RNNP_STAGE_RNNPOOL) {
    const rnnp_rnnpool_params_t params = rnnp_layer_rnnpool(layer);
    const uint32_t lent = behind ? lent_bytes(behind, shape) : 0;
    const uint32_t width = shape->last->out_width;
    memory.held = rnnp_rnnpool_holds_row(&params);
    if (lent > 0) {
      memory.scratch =
        rnnp_rnnpool_scratch_bytes(&params, lent, rnnp_stage_reads_ring(behind) ? rnnp_ring_plane(width) : rnnp_map_plane(width));
    }
  }
  memory.lent = memory.held ? 0 : lent_bytes(shape, before);
  if (!rnnp_stage_reads_ring(shape)) {
    memory.in_row = memory.held || memory.lent > 0 ? 0 : rnnp_round8(rnnp_map_row(layer->in_width, layer->in_channels));
    return memory;
  }
  if (!before) {
    memory.late_rows = stage_stride(shape) == 2 ? 2 : 1;
    memory.scratch += rnnp_round8(memory.late_rows * ring_row_bytes(shape));
  } else if (memory.lent > 0) {
    memory.late_rows = 1;
  }
  memory.state = rnnp_round8((3u - memory.late_rows) * ring_row_bytes(shape));
  return memory;
}

uint32_t rnnp_candidate_list_bytes(const rnnp_model_t *model) { return RNNP_CANDIDATE_BYTES * model->header->max_candidates; }

uint32_t rnnp_map_bytes(const rnnp_stage_shape_t *shape, bool output) {
  if (!output) {
    return rnnp_map_row(shape->first->in_width, shape->first->in_channels) * shape->first->in_height;
  }
  if (shape->kind == RNNP_STAGE_HEAD || shape->kind == RNNP_STAGE_DENSE) {
    return 0;
  }
  return rnnp_map_row(shape->last->out_width, shape->last->out_channels) * shape->last->out_height;
}

uint32_t rnnp_map_base(const rnnp_model_t *model, uint32_t index) {
  uint32_t base = 0;
  while (index < model->header->layer_count) {
    rnnp_stage_shape_t shape;
    rnnp_stage_shape(model, index, &shape);
    base += rnnp_stage_shift(&shape);
    index += shape.layers;
  }
  return base;
}

/*
 * A map has at most 2^30 bytes, and a sum of 128 shifts must not wrap: anything above this is reported as too large. It is
 * far above what a package could be run with.
 */
#define PLAN_LIMIT (1u << 24)

static bool within_limit(const rnnp_model_t *model) {
  uint32_t total = 0;
  for (uint32_t i = 0; i < model->header->layer_count; i++) {
    const rnnp_layer_t *layer = model->layers + i;
    uint32_t in = rnnp_map_row(layer->in_width, layer->in_channels);
    uint32_t out = rnnp_map_row(layer->out_width, layer->out_channels);
    /* rows are below 2^20 bytes and heights at most 1024 */
    if (in > PLAN_LIMIT / layer->in_height || out > PLAN_LIMIT / layer->out_height) {
      return false;
    }
    if (layer->op == RNNP_OP_RNNPOOL) {
      uint32_t states = 2u * (layer->patch ? layer->patch : layer->in_height) * (layer->in_width + layer->out_width);
      if (states > PLAN_LIMIT / 64) {
        return false;
      }
    }
    total += out * layer->out_height;
    if (total > 8 * PLAN_LIMIT) {
      return false;
    }
  }
  return true;
}

/* The largest need of the stages from layer `index` on, which run from map to map. */
static uint32_t map_phase_bytes(const rnnp_model_t *model, uint32_t index) {
  uint32_t most = 0;
  uint32_t base = rnnp_map_base(model, index);
  while (index < model->header->layer_count) {
    rnnp_stage_shape_t shape;
    rnnp_stage_shape(model, index, &shape);
    uint32_t below = base - rnnp_stage_shift(&shape);
    uint32_t maps = max32(base + rnnp_map_bytes(&shape, false), below + rnnp_map_bytes(&shape, true));
    most =
      max32(most, rnnp_round8(maps) + rnnp_stage_state_bytes(&shape) + rnnp_stage_scratch_bytes(&shape) + rnnp_candidate_list_bytes(model));
    base = below;
    index += shape.layers;
  }
  return most;
}

/* Rows that a stage can produce from its first `rows` input rows. */
static uint32_t rows_from(const rnnp_stage_shape_t *shape, uint32_t rows) {
  uint32_t count = 0;
  while (count < shape->last->out_height && rnnp_stage_need(shape, count) <= rows) {
    count++;
  }
  return count;
}

/* Rows of the map that the stages from `index` on, `count` of them, can produce from the first `rows` rows of their input. */
static uint32_t rows_through(const rnnp_model_t *model, uint32_t index, uint32_t count, uint32_t rows) {
  for (; count > 0; count--) {
    rnnp_stage_shape_t shape;
    rnnp_stage_shape(model, index, &shape);
    rows = rows_from(&shape, rows);
    index += shape.layers;
  }
  return rows;
}

uint32_t rnnp_map_overlap(const rnnp_model_t *model, uint32_t streamed) {
  rnnp_stage_shape_t pool = {0};
  rnnp_stage_shape_t shape;
  uint32_t lent = 0;
  uint32_t index = 0;
  uint32_t index_behind = 0;
  uint32_t behind = 0; /* stages behind the pool */
  for (uint32_t i = 0; i < streamed; i++) {
    rnnp_stage_shape(model, index, &shape);
    index += shape.layers;
    if (!pool.first && shape.kind == RNNP_STAGE_RNNPOOL) {
      pool = shape;
      index_behind = index;
      behind = streamed - 1 - i;
    } else if (pool.first && i == streamed - behind) {
      lent = rnnp_stream_memory(&shape, &pool, NULL).lent;
    }
  }
  if (!pool.first) {
    return 0;
  }
  const rnnp_rnnpool_params_t params = rnnp_layer_rnnpool(pool.first);
  const uint32_t phases = rnnp_rnnpool_phases(&params);
  const uint32_t bytes = rnnp_rnnpool_phase_bytes(&params);
  const uint32_t height = pool.last->out_height;
  const uint32_t row = rnnp_map_row(shape.last->out_width, shape.last->out_channels);
  const uint32_t base = rnnp_map_base(model, index);
  const uint32_t end = rnnp_round8(base + row * shape.last->out_height);
  uint32_t overlap = end;
  for (uint32_t left = 0; left <= phases && left <= height; left++) {
    /* With so many rows of windows left, as many phases are in use, and one that holds the row that was written last. */
    uint32_t unused = 0;
    if (left < phases) {
      unused = (phases - 1 - left) * bytes + (behind > 0 ? bytes - lent : 0);
    }
    const uint32_t limit = end - base - rows_through(model, index_behind, behind, height - left) * row + unused;
    overlap = limit < overlap ? limit : overlap;
  }
  return overlap & ~7u;
}

/* The streamed stages. */
static uint32_t stream_bytes(const rnnp_model_t *model, uint32_t streamed) {
  rnnp_stage_shape_t shapes[RNNP_MAX_STREAMED];
  uint32_t index = 0;
  uint32_t bytes = 0;
  uint32_t scratch = 0;
  for (uint32_t i = 0; i < streamed; i++) {
    rnnp_stage_shape(model, index, shapes + i);
    index += shapes[i].layers;
  }
  for (uint32_t i = 0; i < streamed; i++) {
    const rnnp_stream_memory_t memory =
      rnnp_stream_memory(shapes + i, i > 0 ? shapes + i - 1 : NULL, i + 1 < streamed ? shapes + i + 1 : NULL);
    bytes += memory.state + memory.in_row;
    scratch = max32(scratch, memory.scratch);
  }
  const uint32_t map = rnnp_round8(rnnp_map_base(model, index) + rnnp_map_bytes(shapes + streamed - 1, true));
  return map - rnnp_map_overlap(model, streamed) + bytes + scratch;
}

rnnp_status_t rnnp_plan(rnnp_model_t *model) {
  if (!within_limit(model)) {
    return RNNP_ERR_UNSUPPORTED;
  }
  uint32_t best = 0;
  uint32_t index = 0;
  for (uint16_t streamed = 1; streamed <= RNNP_MAX_STREAMED && index < model->header->layer_count; streamed++) {
    rnnp_stage_shape_t shape;
    rnnp_stage_shape(model, index, &shape);
    if (!rnnp_stage_streams(&shape)) {
      break;
    }
    index += shape.layers;
    uint32_t arena = rnnp_round8(max32(stream_bytes(model, streamed), map_phase_bytes(model, index)));
    if (best == 0 || arena < best) {
      best = arena;
      model->streamed = streamed;
    }
  }
  if (best == 0) {
    return RNNP_ERR_UNSUPPORTED;
  }
  model->arena_bytes = best;
  return RNNP_OK;
}
