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
  if (shape->kind == RNNP_STAGE_RNNPOOL) {
    bool whole = layer->patch == 0;
    uint32_t patch = layer->patch;
    uint32_t stride = layer->stride;
    shape->patch_width = whole ? layer->in_width : layer->patch;
    shape->patch_height = whole ? layer->in_height : layer->patch;
    shape->stride = (uint16_t)(whole ? 1 : stride);
    shape->pad = (uint16_t)(whole ? 0 : (patch - stride) / 2);
  }
}

bool rnnp_stage_streams(const rnnp_stage_shape_t *shape) {
  return shape->kind != RNNP_STAGE_HEAD && shape->kind != RNNP_STAGE_DENSE && !shape->residual;
}

bool rnnp_stage_reads_ring(const rnnp_stage_shape_t *shape) {
  return shape->kind == RNNP_STAGE_CONV || shape->kind == RNNP_STAGE_HEAD || (shape->kind == RNNP_STAGE_BLOCK && shape->expand == NULL);
}

uint32_t rnnp_stage_need(const rnnp_stage_shape_t *shape, uint32_t row) {
  uint32_t height = shape->first->in_height;
  uint32_t need;
  switch (shape->kind) {
    case RNNP_STAGE_CONV:
    case RNNP_STAGE_HEAD:
      need = shape->first->stride * row + 2;
      break;
    case RNNP_STAGE_BLOCK:
      need = shape->depth->stride * row + 2;
      break;
    case RNNP_STAGE_POINTWISE:
      need = row + 1;
      break;
    case RNNP_STAGE_RNNPOOL:
      need = row * shape->stride + shape->patch_height - shape->pad;
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

uint32_t rnnp_stage_row_bytes(const rnnp_stage_shape_t *shape) {
  return rnnp_stage_reads_ring(shape) ? 0 : rnnp_round8(rnnp_map_row(shape->first->in_width, shape->first->in_channels));
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
    default:
      return rnnp_round8(bytes);
  }
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

uint32_t rnnp_map_overlap(const rnnp_model_t *model, uint32_t streamed) {
  rnnp_stage_shape_t shape;
  if (streamed < 2) {
    return 0;
  }
  rnnp_stage_shape(model, 0, &shape);
  uint32_t index = shape.layers;
  uint32_t unused = rnnp_stage_row_bytes(&shape) + rnnp_stage_state_bytes(&shape);
  rnnp_stage_shape(model, index, &shape);
  /* A pointwise convolution reads its input row while it writes its output row; all other stages keep a copy. */
  if (shape.kind != RNNP_STAGE_POINTWISE || streamed > 2) {
    unused += rnnp_stage_row_bytes(&shape);
  }
  uint32_t rows = shape.first->in_height - 1u;
  for (uint32_t i = 1; i < streamed; i++) {
    rnnp_stage_shape(model, index, &shape);
    rows = rows_from(&shape, rows);
    index += shape.layers;
  }
  uint32_t late = rnnp_map_row(shape.last->out_width, shape.last->out_channels) * (shape.last->out_height - rows);
  return (late < unused ? late : unused) & ~7u;
}

rnnp_status_t rnnp_plan(rnnp_model_t *model) {
  if (!within_limit(model)) {
    return RNNP_ERR_UNSUPPORTED;
  }
  uint32_t best = 0;
  uint32_t rows = 0;
  uint32_t scratch = 0;
  uint32_t index = 0;
  for (uint16_t streamed = 1; streamed <= RNNP_MAX_STREAMED && index < model->header->layer_count; streamed++) {
    rnnp_stage_shape_t shape;
    rnnp_stage_shape(model, index, &shape);
    if (!rnnp_stage_streams(&shape)) {
      break;
    }
    rows += rnnp_stage_state_bytes(&shape) + rnnp_stage_row_bytes(&shape);
    scratch = max32(scratch, rnnp_stage_scratch_bytes(&shape));
    index += shape.layers;
    uint32_t map = rnnp_round8(rnnp_map_base(model, index) + rnnp_map_bytes(&shape, true));
    uint32_t arena = rnnp_round8(max32(map - rnnp_map_overlap(model, streamed) + rows + scratch, map_phase_bytes(model, index)));
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
