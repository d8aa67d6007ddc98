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

static void report_row(const rnnp_engine_t *engine, const rnnp_stage_t *stage, const int8_t *row, uint32_t plane) {
  if (engine->observer && engine->observer->row && stage->shape.kind != RNNP_STAGE_HEAD && stage->shape.kind != RNNP_STAGE_DENSE) {
    engine->observer->row(engine->observer->context, (uint32_t)(stage->shape.last - engine->model->layers), stage->rows_out - 1u, row,
                          plane);
  }
}

/* These two return true when the frame has been stopped. */
static bool absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const int8_t *row, uint32_t plane) {
  rnnp_stage_absorb(engine, stage, row, plane);
  return !engine->running || rnnp_stage_report(engine, stage);
}

static bool emit(rnnp_engine_t *engine, rnnp_stage_t *stage, int8_t *out, uint32_t plane) {
  rnnp_stage_emit(engine, stage, out, plane);
  if (!engine->running) {
    return true;
  }
  report_row(engine, stage, out, plane);
  return rnnp_stage_report(engine, stage);
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
  uint32_t scratch_bytes = 0;
  for (uint32_t i = 0; i < model->streamed; i++) {
    rnnp_stage_t *stage = engine->stages + i;
    rnnp_stage_shape(model, layer, &stage->shape);
    stage->package = model->bytes;
    layer += stage->shape.layers;
  }
  engine->map_layer = layer;
  engine->map_offset = rnnp_map_base(model, layer);
  uint32_t map_end = rnnp_round8(engine->map_offset + rnnp_map_bytes(&engine->stages[model->streamed - 1].shape, true));
  uint8_t *at = engine->arena + map_end - rnnp_map_overlap(model, model->streamed);
  for (uint32_t i = 0; i < model->streamed; i++) {
    rnnp_stage_t *stage = engine->stages + i;
    uint32_t bytes = rnnp_stage_scratch_bytes(&stage->shape);
    stage->in_row = (int8_t *)at;
    at += rnnp_stage_row_bytes(&stage->shape);
    stage->state = at;
    at += rnnp_stage_state_bytes(&stage->shape);
    scratch_bytes = bytes > scratch_bytes ? bytes : scratch_bytes;
  }
  for (uint32_t i = 0; i < model->streamed; i++) {
    engine->stages[i].scratch = at;
  }
  bool fits = at + scratch_bytes <= engine->arena + engine->arena_bytes && map_end <= engine->arena_bytes;
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
static void read_pixels(const rnnp_header_t *header, const uint8_t *pixels, int8_t *row, uint32_t plane) {
  uint32_t x = 0;
  if (header->channels == 1) {
    for (; x + 4 <= header->width; x += 4) {
      uint32_t four;
      memcpy(&four, pixels + x, sizeof four);
      four ^= 0x80808080u;
      memcpy(row + x, &four, sizeof four);
    }
  }
  for (uint32_t c = 0; c < header->channels; c++) {
    for (uint32_t i = x; i < header->width; i++) {
      row[i] = (int8_t)(pixels[i * header->channels + c] ^ 0x80);
    }
    row += plane;
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
    uint32_t plane;
    if (i < count) {
      int8_t *row = rnnp_stage_target(stage + 1, &plane);
      if (emit(engine, stage, row, plane) || absorb(engine, stage + 1, row, plane)) {
        return true;
      }
      i = count;
    } else {
      const rnnp_layer_t *last = stage->shape.last;
      plane = rnnp_map_plane(last->out_width);
      int8_t *row = map_at(engine, engine->map_offset) + stage->rows_out * rnnp_map_row(last->out_width, last->out_channels);
      if (emit(engine, stage, row, plane)) {
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
    /* The windows of a first RNNPool need not reach the last rows. Such a row must not be stored: the end of the map may already
       occupy its memory (rnnp_map_overlap). */
    if (engine->stages->rows_out < engine->stages->shape.last->out_height) {
      uint32_t plane;
      int8_t *row = rnnp_stage_target(engine->stages, &plane);
      read_pixels(header, pixels, row, plane);
      if (absorb(engine, engine->stages, row, plane) || drain(engine)) {
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
    if (absorb(engine, stage, map_at(engine, in + y * in_row), in_plane)) {
      return true;
    }
    while (rnnp_stage_ready(stage)) {
      if (emit(engine, stage, map_at(engine, out + stage->rows_out * out_row), out_plane)) {
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
    rnnp_stage_widen(&stage, stage.scratch + rnnp_stage_scratch_bytes(&stage.shape),
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
