/* The golden vectors of single layers (tests/vectors/README.md), run through the stages of the engine. */
#include <stdlib.h>
#include <string.h>

#include "../src/model/rnnp_stage.h"
#include "rnnp/rnnp_rnnpool.h"
#include "rnnp_test.h"

typedef struct {
  char magic[4];
  uint16_t version;
  uint16_t zero;
  uint32_t length;
  uint32_t record;
  rnnp_section_t input;
  rnnp_section_t added;
  rnnp_section_t expected;
} vector_t;

static int16_t *head_outputs;
static uint32_t head_width;
static uint32_t head_channels;

static void collect(void *context, uint32_t layer, uint32_t row, uint32_t x, const int16_t *data) {
  (void)context;
  (void)layer;
  for (uint32_t i = 0; i < RNNP_BLOCK && x + i < head_width; i++) {
    for (uint32_t n = 0; n < head_channels; n++) {
      head_outputs[(row * head_width + x + i) * head_channels + n] = data[n * RNNP_BLOCK + i];
    }
  }
}

/* A row of cells, channels together, as planes. */
static void to_planes(const int8_t *cells, uint32_t width, uint32_t channels, int8_t *row) {
  for (uint32_t x = 0; x < width; x++) {
    for (uint32_t c = 0; c < channels; c++) {
      row[c * rnnp_map_plane(width) + x] = *cells++;
    }
  }
}

static bool row_equals(const int8_t *row, uint32_t plane, const int8_t *cells, uint32_t width, uint32_t channels) {
  for (uint32_t x = 0; x < width; x++) {
    for (uint32_t c = 0; c < channels; c++) {
      if (row[c * plane + x] != *cells++) {
        return false;
      }
    }
  }
  return true;
}

/* Depthwise convolutions are part of a block; here the ring is filled by the stage and the kernel called alone. */
static bool depthwise_row_equals(rnnp_stage_t *stage, const int8_t *cells) {
  const rnnp_layer_t *layer = stage->shape.depth;
  const rnnp_depthwise_t depthwise = rnnp_layer_depthwise(layer, stage->package);
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  const int8_t *rows[3];
  rnnp_ring_rows(stage, layer, layer->stride, stage->rows_out, rows);
#if RNNP_MVE
  rnnp_depthwise_row_mve(&depthwise, rows, layer->out_width);
#endif
  for (uint32_t x = 0; x < layer->out_width; x += RNNP_BLOCK) {
    rnnp_depthwise_block(&depthwise, rows, acts);
    for (uint32_t i = 0; i < RNNP_BLOCK && x + i < layer->out_width; i++) {
      for (uint32_t c = 0; c < layer->out_channels; c++) {
        if (rnnp_get_act(acts, layer->out_channels, c, i) != cells[(x + i) * layer->out_channels + c]) {
          return false;
        }
      }
    }
  }
  stage->rows_out++;
  return true;
}

static void residual_row(rnnp_stage_t *stage, int8_t *out, uint32_t plane) {
  const rnnp_layer_t *layer = stage->shape.first;
  rnnp_gemm_t gemm = rnnp_stage_gemm(stage, 1);
  gemm.outputs = (uint16_t)((gemm.outputs + 1) & ~1u);
  for (uint32_t x = 0; x < layer->out_width; x += RNNP_BLOCK) {
    rnnp_unpack_s8(stage->in_row + x, rnnp_map_plane(layer->in_width), layer->in_channels, (int16_t *)(void *)stage->scratch);
    rnnp_gemm_s8(&gemm, (const int16_t *)(const void *)stage->scratch, gemm.outputs, out + x, plane, layer->out_zero, true);
  }
  stage->rows_out++;
}

/* `widen`: with weights unpacked as for a whole map. */
static bool run(const rnnp_test_file_t *file, bool widen) {
  const vector_t *vector = (const vector_t *)(const void *)file->bytes;
  const rnnp_layer_t *layer = (const rnnp_layer_t *)(const void *)(file->bytes + vector->record);
  rnnp_header_t header = {.layer_count = 1, .max_candidates = 1, .max_detections = 1, .width = 320, .height = 240};
  rnnp_model_t model = {.bytes = file->bytes, .header = &header, .layers = layer};
  rnnp_detection_t candidate;
  rnnp_observer_t observer = {.outputs = collect};
  rnnp_engine_t engine = {.model = &model, .candidates = &candidate, .observer = &observer, .running = true};
  rnnp_stage_t stage = {.package = file->bytes};
  rnnp_stage_shape(&model, 0, &stage.shape);
  stage.shape.last = layer;
  rnnp_test_file_t state = rnnp_test_allocate(rnnp_stage_state_bytes(&stage.shape) + 16);
  rnnp_test_file_t scratch = rnnp_test_allocate(rnnp_stage_scratch_bytes(&stage.shape) + 64);
  rnnp_test_file_t in = rnnp_test_allocate(rnnp_map_row(layer->in_width, layer->in_channels) + 16);
  rnnp_test_file_t out = rnnp_test_allocate(rnnp_map_row(layer->out_width, layer->out_channels + 1u) + 16);
  rnnp_test_file_t outputs = rnnp_test_allocate(2u * layer->out_width * layer->out_height * layer->out_channels);
  rnnp_test_file_t wide = rnnp_test_allocate(widen ? 2 * file->size : 16);
  rnnp_stage_wide_t unpacked;
  rnnp_stage_widen(&stage, &unpacked, wide.bytes, wide.bytes + (widen ? wide.size : 0));
  stage.state = state.bytes;
  stage.scratch = scratch.bytes;
  head_outputs = (int16_t *)(void *)outputs.bytes;
  head_width = layer->out_width;
  head_channels = layer->out_channels;

  const int8_t *cells = (const int8_t *)file->bytes + vector->input.offset;
  const int8_t *added = (const int8_t *)file->bytes + vector->added.offset;
  const int8_t *expected = (const int8_t *)file->bytes + vector->expected.offset;
  uint32_t out_cells = (uint32_t)layer->out_width * layer->out_channels;
  uint32_t plane = rnnp_map_plane(layer->out_width);
  bool equal = true;
  rnnp_stage_begin(&stage);
  for (uint32_t y = 0; y < layer->in_height; y++) {
    to_planes(cells + y * layer->in_width * layer->in_channels, layer->in_width, layer->in_channels, (int8_t *)in.bytes);
    const rnnp_row_t in_row = {(int8_t *)in.bytes, rnnp_map_plane(layer->in_width), RNNP_TILE};
    rnnp_stage_absorb(&engine, &stage, &in_row);
    while (equal && rnnp_stage_ready(&stage)) {
      uint32_t row = stage.rows_out;
      if (layer->op == RNNP_OP_DEPTHWISE3X3) {
        equal = depthwise_row_equals(&stage, expected + row * out_cells);
        continue;
      }
      if (vector->added.bytes > 0) {
        to_planes(added + row * out_cells, layer->out_width, layer->out_channels, (int8_t *)out.bytes);
        residual_row(&stage, (int8_t *)out.bytes, plane);
      } else {
        const rnnp_row_t out_row = {(int8_t *)out.bytes, plane, RNNP_TILE};
        rnnp_stage_emit(&engine, &stage, &out_row);
      }
      if (layer->op != RNNP_OP_HEAD && layer->op != RNNP_OP_DENSE) {
        equal = row_equals((const int8_t *)out.bytes, plane, expected + row * out_cells, layer->out_width, layer->out_channels);
      }
    }
  }
  equal = equal && stage.rows_out == (layer->op == RNNP_OP_HEAD ? layer->in_height : layer->out_height);
  if (layer->op == RNNP_OP_HEAD) {
    equal = equal && memcmp(outputs.bytes, expected, vector->expected.bytes) == 0;
  } else if (layer->op == RNNP_OP_DENSE) {
    equal = equal && engine.logits && memcmp(engine.logits, expected, vector->expected.bytes) == 0;
  }
  rnnp_test_unload(&wide);
  rnnp_test_unload(&state);
  rnnp_test_unload(&scratch);
  rnnp_test_unload(&in);
  rnnp_test_unload(&out);
  rnnp_test_unload(&outputs);
  return equal;
}

/* The same vector through the operator, which knows of no layers. */
static bool run_operator(const rnnp_test_file_t *file) {
  const vector_t *vector = (const vector_t *)(const void *)file->bytes;
  const rnnp_layer_t *layer = (const rnnp_layer_t *)(const void *)(file->bytes + vector->record);
  const rnnp_rnnpool_params_t params = {.in_width = layer->in_width,
                                        .in_height = layer->in_height,
                                        .in_channels = layer->in_channels,
                                        .patch = layer->patch,
                                        .stride = layer->stride,
                                        .hidden1 = layer->hidden1,
                                        .hidden2 = layer->hidden2,
                                        .shift = layer->g1};
  const int16_t *sections[RNNP_SECTIONS];
  for (uint32_t i = 0; i < RNNP_SECTIONS; i++) {
    sections[i] = (const int16_t *)(const void *)(file->bytes + layer->section[i].offset);
  }
  const rnnp_rnnpool_weights_t weights = {
    sections[0], (const int32_t *)(const void *)sections[1], sections[2], sections[3], sections[4], sections[5], sections[6]};
  const int8_t *input = (const int8_t *)file->bytes + vector->input.offset;
  const int32_t size = rnnp_rnnpool_s8_get_buffer_size(&params);
  CHECK(size > 0);
  CHECK(rnnp_rnnpool_out_width(&params) == layer->out_width && rnnp_rnnpool_out_height(&params) == layer->out_height);
  rnnp_test_file_t buffer = rnnp_test_allocate((size_t)size + 16);
  rnnp_test_file_t output = rnnp_test_allocate(vector->expected.bytes);
  memset(buffer.bytes, 0x5a, buffer.size);
  rnnp_rnnpool_context_t ctx = {.buf = buffer.bytes, .size = size - 1};
  CHECK(rnnp_rnnpool_s8(&ctx, &params, &weights, input, (int8_t *)output.bytes) == RNNP_ERR_ARENA);
  ctx.size = size;
  CHECK(rnnp_rnnpool_s8(&ctx, &params, &weights, input, (int8_t *)output.bytes) == RNNP_OK);
  bool equal = memcmp(output.bytes, file->bytes + vector->expected.offset, vector->expected.bytes) == 0;
  for (uint32_t i = 0; i < 16; i++) {
    CHECK(buffer.bytes[(uint32_t)size + i] == 0x5a);
  }
  rnnp_test_unload(&buffer);
  rnnp_test_unload(&output);
  return equal;
}

static void check_operator_arguments(void) {
  const rnnp_rnnpool_params_t good = {
    .in_width = 12, .in_height = 9, .in_channels = 3, .patch = 6, .stride = 4, .hidden1 = 8, .hidden2 = 16, .shift = 7};
  CHECK(rnnp_rnnpool_s8_get_buffer_size(&good) > 0);
  rnnp_rnnpool_params_t bad[] = {good, good, good, good, good, good, good, good};
  bad[0].hidden1 = 7;
  bad[1].hidden2 = 66;
  bad[2].stride = 7;
  bad[3].patch = 33;
  bad[4].in_width = 3;
  bad[5].shift = 16;
  bad[6].in_channels = 0;
  bad[7].patch = 0; /* with a stride */
  for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK(rnnp_rnnpool_s8_get_buffer_size(&bad[i]) < 0);
  }
  static uint8_t buffer[64] __attribute__((aligned(8)));
  const rnnp_rnnpool_context_t misaligned = {.buf = buffer + 4, .size = 1 << 20};
  const rnnp_rnnpool_weights_t weights = {0};
  int8_t pixel = 0;
  CHECK(rnnp_rnnpool_s8(&misaligned, &good, &weights, &pixel, &pixel) == RNNP_ERR_ALIGNMENT);
  CHECK(rnnp_rnnpool_s8(&misaligned, &bad[0], &weights, &pixel, &pixel) == RNNP_ERR_ARGUMENT);
  CHECK(rnnp_rnnpool_s8(NULL, &good, &weights, &pixel, &pixel) == RNNP_ERR_ARGUMENT);
}

/* Arguments: a folder, then names of vectors in it. */
int main(int argc, char **argv) {
  for (int i = 2; i < argc; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", argv[1], argv[i]);
    rnnp_test_file_t file = rnnp_test_load(path);
    for (int widen = 0; widen < 2; widen++) {
      bool equal = run(&file, widen != 0);
      if (!equal) {
        printf("%s: output differs%s\n", argv[i], widen ? " with unpacked weights" : "");
      }
      CHECK(equal);
    }
    const vector_t *vector = (const vector_t *)(const void *)file.bytes;
    if (((const rnnp_layer_t *)(const void *)(file.bytes + vector->record))->op == RNNP_OP_RNNPOOL) {
      bool equal = run_operator(&file);
      if (!equal) {
        printf("%s: the operator's output differs\n", argv[i]);
      }
      CHECK(equal);
    }
    rnnp_test_unload(&file);
  }
  check_operator_arguments();
  return rnnp_test_summary("kernel vectors");
}
