#include "rnnp/rnnp_engine.h"

#include <string.h>

#include "rnnp_head.h"
#include "rnnp_stage.h"

static int8_t *map_at(const rnnp_engine_t *engine, uint32_t offset) { return (int8_t *)engine->arena + offset; }

bool rnnp_stage_report(rnnp_engine_t *engine, const rnnp_stage_t *stage) {
  engine->work_left = RNNP_PAUSE_WORK;
  if (engine->observer && engine->observer->work &&
      !engine->observer->work(engine->observer->context, (uint32_t)(stage->shape.last - engine->model->layers))) {
    engine->running = false;
  }
  return !engine->running;
}

static void report_row(const rnnp_engine_t *engine, const rnnp_stage_t *stage, const rnnp_row_t *row) {
  const rnnp_layer_t *layer = stage->shape.last;
  if (!engine->observer || !engine->observer->row || stage->shape.kind == RNNP_STAGE_HEAD || stage->shape.kind == RNNP_STAGE_DENSE) {
    return;
  }
  for (uint32_t x = 0; x < layer->out_width; x += RNNP_TILE) {
    const uint32_t left = layer->out_width - x;
    engine->observer->row(engine->observer->context, (uint32_t)(layer - engine->model->layers), stage->rows_out - 1u, x,
                          left < RNNP_TILE ? left : RNNP_TILE, rnnp_row_pixel(row, x), row->plane);
  }
}

/* These two return true when the frame has been stopped. */
static bool absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *row) {
  rnnp_stage_absorb(engine, stage, row);
  return !engine->running || rnnp_stage_report(engine, stage);
}

static bool emit(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out) {
  rnnp_stage_emit(engine, stage, out);
  if (!engine->running) {
    return true;
  }
  report_row(engine, stage, out);
  return rnnp_stage_report(engine, stage);
}

/*
 * Lays out the memory of the streamed stages from `at` on and returns its end. The first RNNPOOL comes first, because the map reaches
 * into its state (rnnp_map_overlap); the scratch comes last, and behind what the first stage needs there for itself lie its late rows.
 */
static const uint8_t *place_stages(rnnp_engine_t *engine, uint8_t *at) {
  const uint32_t count = engine->model->streamed;
  rnnp_stage_t *pool = NULL;
  uint32_t scratch_bytes = 0;
  for (uint32_t i = 0; i < count && !pool; i++) {
    if (engine->stages[i].shape.kind == RNNP_STAGE_RNNPOOL) {
      pool = engine->stages + i;
      pool->state = at;
      at += rnnp_stage_state_bytes(&pool->shape);
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    rnnp_stage_t *stage = engine->stages + i;
    const rnnp_stream_memory_t memory =
      rnnp_stream_memory(&stage->shape, i > 0 ? &stage[-1].shape : NULL, i + 1 < count ? &stage[1].shape : NULL);
    stage->late_rows = memory.late_rows;
    stage->lent = memory.lent > 0;
    stage->held = memory.held;
    stage->in_row = (int8_t *)at;
    at += memory.in_row;
    if (stage != pool) {
      stage->state = at;
      at += memory.state;
    }
    if (stage->held) {
      const rnnp_rnnpool_params_t params = rnnp_layer_rnnpool(stage->shape.first);
      stage->in_row = (int8_t *)stage->state + rnnp_rnnpool_held_offset(&params);
    }
    scratch_bytes = memory.scratch > scratch_bytes ? memory.scratch : scratch_bytes;
  }
  for (uint32_t i = 0; i < count; i++) {
    engine->stages[i].scratch = at;
  }
  if (engine->stages->late_rows > 0) {
    engine->stages->in_row = (int8_t *)at + rnnp_stage_scratch_bytes(&engine->stages->shape);
  }
  return at + scratch_bytes;
}

rnnp_status_t rnnp_engine_init(rnnp_engine_t *engine, const rnnp_model_t *model, void *arena, uint32_t arena_bytes) {
  if (!engine || !model || !model->header || !arena) {
    return RNNP_ERR_ARGUMENT;
  }
  if ((uintptr_t)arena % RNNP_MODEL_ALIGN != 0) {
    return RNNP_ERR_ALIGNMENT;
  }
  if (arena_bytes < model->arena_bytes) {
    return RNNP_ERR_ARENA;
  }
  memset(engine, 0, sizeof *engine);
  engine->model = model;
  engine->arena = arena;
  engine->arena_bytes = model->arena_bytes;

  uint32_t layer = 0;
  for (uint32_t i = 0; i < model->streamed; i++) {
    rnnp_stage_t *stage = engine->stages + i;
    rnnp_stage_shape(model, layer, &stage->shape);
    stage->package = model->bytes;
    layer += stage->shape.layers;
  }
  engine->map_layer = layer;
  engine->map_offset = rnnp_map_base(model, layer);
  uint32_t map_end = rnnp_round8(engine->map_offset + rnnp_map_bytes(&engine->stages[model->streamed - 1].shape, true));
  const uint8_t *end = place_stages(engine, engine->arena + map_end - rnnp_map_overlap(model, model->streamed));
  bool fits = end <= engine->arena + engine->arena_bytes && map_end <= engine->arena_bytes;
  return fits ? RNNP_OK : RNNP_ERR_ARENA;
}

void rnnp_engine_observe(rnnp_engine_t *engine, const rnnp_observer_t *observer) { engine->observer = observer; }

rnnp_status_t rnnp_engine_begin(rnnp_engine_t *engine) {
  if (!engine || !engine->model) {
    return RNNP_ERR_ARGUMENT;
  }
  for (uint32_t i = 0; i < engine->model->streamed; i++) {
    rnnp_stage_begin(engine->stages + i);
  }
  engine->rows = 0;
  engine->candidate_count = 0;
  engine->candidates = (rnnp_detection_t *)(void *)(engine->arena + engine->arena_bytes - rnnp_candidate_list_bytes(engine->model));
  engine->logits = NULL;
  engine->work_left = RNNP_PAUSE_WORK;
  engine->running = true;
  return RNNP_OK;
}

/* Bytes 0..255 as int8 around 128, channel by channel. */
static void read_pixels(const uint8_t *pixels, uint32_t count, uint32_t channels, int8_t *row, uint32_t plane) {
  uint32_t x = 0;
  if (channels == 1) {
    for (; x + 4 <= count; x += 4) {
      uint32_t four;
      memcpy(&four, pixels + x, sizeof four);
      four ^= 0x80808080u;
      memcpy(row + x, &four, sizeof four);
    }
  }
  for (uint32_t c = 0; c < channels; c++) {
    for (uint32_t i = x; i < count; i++) {
      row[i] = (int8_t)(pixels[i * channels + c] ^ 0x80);
    }
    row += plane;
  }
}

static void read_row(const rnnp_header_t *header, const uint8_t *pixels, const rnnp_row_t *row) {
  const uint32_t step = row->tile == RNNP_TILE ? header->width : RNNP_TILE;
  for (uint32_t x = 0; x < header->width; x += step) {
    const uint32_t count = header->width - x < step ? header->width - x : step;
    read_pixels(pixels + x * header->channels, count, header->channels, rnnp_row_pixel(row, x), row->plane);
  }
}

/* Runs the last streamed stage that can produce a row, until none can. Rings then hold no more rows than necessary. True: stopped. */
static bool drain(rnnp_engine_t *engine) {
  uint32_t count = engine->model->streamed;
  uint32_t i = count;
  while (i > 0) {
    rnnp_stage_t *stage = engine->stages + i - 1;
    if (!rnnp_stage_ready(stage)) {
      i--;
      continue;
    }
    if (i < count) {
      if (stage[1].lent) {
        stage[1].in_row = rnnp_pool_lend(stage, stage + 1);
      }
      const rnnp_row_t row = rnnp_stage_target(stage + 1);
      if (emit(engine, stage, &row) || absorb(engine, stage + 1, &row)) {
        return true;
      }
      i = count;
    } else {
      const rnnp_layer_t *last = stage->shape.last;
      const uint32_t at = engine->map_offset + stage->rows_out * rnnp_map_row(last->out_width, last->out_channels);
      const rnnp_row_t row = {map_at(engine, at), rnnp_map_plane(last->out_width), RNNP_TILE};
      if (emit(engine, stage, &row)) {
        return true;
      }
    }
  }
  return false;
}

rnnp_status_t rnnp_engine_push_rows(rnnp_engine_t *engine, const uint8_t *pixels, uint32_t rows) {
  if (!engine || !pixels) {
    return RNNP_ERR_ARGUMENT;
  }
  if (!engine->running || rows > engine->model->header->height - (uint32_t)engine->rows) {
    return RNNP_ERR_STATE;
  }
  const rnnp_header_t *header = engine->model->header;
  for (; rows > 0; rows--) {
    /* the windows of a first RNNPool need not reach the last rows */
    if (engine->stages->rows_out < engine->stages->shape.last->out_height) {
      const rnnp_row_t row = rnnp_stage_target(engine->stages);
      read_row(header, pixels, &row);
      if (absorb(engine, engine->stages, &row) || drain(engine)) {
        return RNNP_ERR_STOPPED;
      }
    }
    engine->rows++;
    pixels += (uint32_t)header->width * header->channels;
  }
  return RNNP_OK;
}

/* Runs a stage from the map at `in` to the map at `out`, which may overlap it from below (rnnp_stage_shift). True: stopped. */
static bool run_map_stage(rnnp_engine_t *engine, rnnp_stage_t *stage, uint32_t in, uint32_t out) {
  const rnnp_layer_t *first = stage->shape.first;
  const rnnp_layer_t *last = stage->shape.last;
  uint32_t in_plane = rnnp_map_plane(first->in_width);
  uint32_t out_plane = rnnp_map_plane(last->out_width);
  uint32_t in_row = rnnp_map_row(first->in_width, first->in_channels);
  uint32_t out_row = rnnp_map_row(last->out_width, last->out_channels);
  rnnp_stage_begin(stage);
  for (uint32_t y = 0; y < first->in_height; y++) {
    const rnnp_row_t row = {map_at(engine, in + y * in_row), in_plane, RNNP_TILE};
    if (absorb(engine, stage, &row)) {
      return true;
    }
    while (rnnp_stage_ready(stage)) {
      const rnnp_row_t to = {map_at(engine, out + stage->rows_out * out_row), out_plane, RNNP_TILE};
      if (emit(engine, stage, &to)) {
        return true;
      }
    }
  }
  return false;
}

static void classify(const rnnp_engine_t *engine, rnnp_detection_t *found) {
  const rnnp_header_t *header = engine->model->header;
  const int16_t *logits = engine->logits;
  uint32_t best = 1;
  for (uint32_t i = 2; i < header->label_count; i++) {
    best = logits[i] > logits[best] ? i : best;
  }
  int32_t other = INT16_MIN;
  for (uint32_t i = 0; i < header->label_count; i++) {
    other = i != best && logits[i] > other ? logits[i] : other;
  }
  memset(found, 0, sizeof *found);
  found->anchor = best;
  found->score = rnnp_score(logits[best] - other, engine->model->layers[header->layer_count - 1].fraction);
  found->right = (uint16_t)(16 * header->width);
  found->bottom = (uint16_t)(16 * header->height);
}

rnnp_status_t rnnp_engine_finish(rnnp_engine_t *engine, rnnp_result_t *result) {
  if (!engine || !result) {
    return RNNP_ERR_ARGUMENT;
  }
  if (!engine->running || engine->rows != engine->model->header->height) {
    return RNNP_ERR_STATE;
  }
  const rnnp_model_t *model = engine->model;
  uint32_t base = engine->map_offset;
  uint32_t layer = engine->map_layer;
  while (layer < model->header->layer_count) {
    rnnp_stage_t stage = {.package = model->bytes};
    rnnp_stage_shape(model, layer, &stage.shape);
    uint32_t below = base - rnnp_stage_shift(&stage.shape);
    uint32_t in_end = base + rnnp_map_bytes(&stage.shape, false);
    uint32_t out_end = below + rnnp_map_bytes(&stage.shape, true);
    stage.state = engine->arena + rnnp_round8(in_end > out_end ? in_end : out_end);
    stage.scratch = stage.state + rnnp_stage_state_bytes(&stage.shape);
    rnnp_stage_wide_t wide;
    rnnp_stage_widen(&stage, &wide, stage.scratch + rnnp_stage_scratch_bytes(&stage.shape),
                     engine->arena + engine->arena_bytes - rnnp_candidate_list_bytes(model));
    if (run_map_stage(engine, &stage, base, below)) {
      return RNNP_ERR_STOPPED;
    }
    base = below;
    layer += stage.shape.layers;
  }
  engine->running = false;
  memset(result, 0, sizeof *result);
  if (model->header->task == RNNP_TASK_DETECTION) {
    result->detections = engine->candidates;
    result->detection_count = rnnp_suppress(engine);
  } else {
    classify(engine, &engine->classification);
    result->detections = &engine->classification;
    result->detection_count = 1;
    result->logits = engine->logits;
    result->logit_count = model->header->label_count;
    result->fraction = model->layers[model->header->layer_count - 1].fraction;
  }
  return RNNP_OK;
}
