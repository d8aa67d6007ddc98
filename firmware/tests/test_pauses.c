/*
 * How much an engine computes between two reports of progress, which is when the firmware hears RESET and REBOOT: counted in the
 * kernels, which the linker replaces with those below (--wrap). Also the work that the validator states, and a frame that is stopped.
 */
#include <string.h>

#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_kernels.h"
#include "sketch.h"

#define WRAPPED(name, parameters, arguments, amount)                                                                                       \
  void __real_##name parameters;                                                                                                           \
  void __wrap_##name parameters;                                                                                                           \
  void __wrap_##name parameters {                                                                                                          \
    count_work(amount);                                                                                                                    \
    __real_##name arguments;                                                                                                               \
  }

static uint64_t since_report;
static uint64_t longest;
static uint64_t total;
static uint32_t reports;
static uint32_t stop_at; /* the report that stops the frame; 0: none */

static void count_work(uint64_t amount) {
  since_report += amount;
  total += amount;
  longest = since_report > longest ? since_report : longest;
}

WRAPPED(rnnp_gemm_s8_c,
        (const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero, bool residual),
        (gemm, acts, count, out, plane, zero, residual), 8ull * gemm->pairs * count)
WRAPPED(rnnp_gemm_s16_c, (const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out),
        (gemm, acts, first, count, out), 8ull * gemm->pairs * count)
WRAPPED(rnnp_depthwise_s1_c,
        (const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params, int32_t zero,
         int16_t *acts),
        (rows, plane, channels, taps, params, zero, acts), 40ull * channels)
WRAPPED(rnnp_depthwise_s2_c,
        (const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params, int32_t zero,
         int16_t *acts),
        (rows, plane, channels, taps, params, zero, acts), 40ull * channels)
WRAPPED(rnnp_rnn_input_c,
        (const int16_t *weights, const int32_t *bias, uint32_t pairs, uint32_t size, uint32_t shift, const int16_t *acts, int16_t *out),
        (weights, bias, pairs, size, shift, acts, out), 8ull * pairs * size)
WRAPPED(rnnp_rnn_steps_c, (const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps),
        (cell, h, h_stride, w, w_stride, steps), (uint64_t)steps * cell->size * cell->size)
WRAPPED(rnnp_rnn_project_c, (const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out),
        (matrix, rows, columns, p, out), (uint64_t)rows *columns)

static bool report(void *context, uint32_t layer) {
  (void)context;
  (void)layer;
  since_report = 0;
  reports++;
  return reports != stop_at;
}

static const rnnp_observer_t observer = {.work = report};

static rnnp_status_t run_frame(rnnp_engine_t *engine, rnnp_result_t *result) {
  static const uint8_t row[1024];
  since_report = longest = total = reports = 0;
  rnnp_status_t status = rnnp_engine_begin(engine);
  for (uint32_t y = 0; y < engine->model->header->height && status == RNNP_OK; y++) {
    status = rnnp_engine_push_rows(engine, row, 1);
  }
  return status == RNNP_OK ? rnnp_engine_finish(engine, result) : status;
}

/* The largest step that is not divided: four pixels of a convolution, 64 steps of a cell, or all windows over 16 pixels. */
static uint64_t indivisible(const rnnp_model_t *model) {
  uint64_t most = 16u * 16u * 32u * 32u;
  for (uint32_t i = 0; i < model->header->layer_count; i++) {
    const rnnp_layer_t *layer = model->layers + i;
    const uint64_t cell = layer->hidden1 > layer->hidden2 ? layer->hidden1 : layer->hidden2;
    const uint64_t block = 4ull * layer->section[0].bytes;
    const uint64_t step = layer->op == RNNP_OP_RNNPOOL ? 128 * cell * cell + 4 * block : block;
    most = step > most ? step : most;
  }
  return most;
}

static void check_package(const char *name, const rnnp_test_file_t *file) {
  rnnp_model_t model;
  rnnp_engine_t engine;
  rnnp_result_t result;
  CHECK(rnnp_model_open(&model, file->bytes, file->size) == RNNP_OK);
  rnnp_test_file_t arena = rnnp_test_allocate(model.arena_bytes);
  stop_at = 0;
  CHECK(rnnp_engine_init(&engine, &model, arena.bytes, model.arena_bytes) == RNNP_OK);
  rnnp_engine_observe(&engine, &observer);
  CHECK(run_frame(&engine, &result) == RNNP_OK);
  printf("%-12s %10u work stated, %10llu multiplied, %7llu between reports\n", name, (unsigned)model.work, (unsigned long long)total,
         (unsigned long long)longest);
  CHECK(longest <= RNNP_PAUSE_WORK + indivisible(&model));
  CHECK(total <= model.work);
  const uint32_t all = reports;
  const uint16_t score = result.detection_count > 0 ? result.detections[0].score : 0;
  /* A stopped frame computes no more, wherever it is stopped, and the next one is whole. */
  for (uint32_t part = 1; part <= 5; part += 2) {
    stop_at = all / 5 * part;
    CHECK(run_frame(&engine, &result) == RNNP_ERR_STOPPED);
    CHECK(reports == stop_at && since_report == 0);
    CHECK(rnnp_engine_finish(&engine, &result) == RNNP_ERR_STATE);
  }
  stop_at = 0;
  CHECK(run_frame(&engine, &result) == RNNP_OK && reports == all);
  CHECK((result.detection_count > 0 ? result.detections[0].score : 0) == score);
  rnnp_test_unload(&arena);
}

static void check_sketch(const char *name, uint16_t width, uint16_t height, const sketch_layer_t *layers, uint32_t count) {
  rnnp_test_file_t file = sketch_package(width, height, layers, count);
  check_package(name, &file);
  rnnp_test_unload(&file);
}

/* Arguments: packages. */
int main(int argc, char **argv) {
  const sketch_layer_t conv[] = {{.op = RNNP_OP_POINTWISE, .channels = 256}, {.op = RNNP_OP_CONV3X3, .channels = 256}};
  const sketch_layer_t pointwise[] = {{.op = RNNP_OP_POINTWISE, .channels = 512}, {.op = RNNP_OP_POINTWISE, .channels = 512}};
  const sketch_layer_t block[] = {{.op = RNNP_OP_POINTWISE, .channels = 256},
                                  {.op = RNNP_OP_POINTWISE, .channels = 1024},
                                  {.op = RNNP_OP_DEPTHWISE3X3},
                                  {.op = RNNP_OP_POINTWISE, .channels = 256}};
  const sketch_layer_t windows[] = {{.op = RNNP_OP_RNNPOOL, .channels = 64, .hidden2 = 64, .patch = 16, .stride = 1}};
  const sketch_layer_t small[] = {{.op = RNNP_OP_RNNPOOL, .channels = 2, .hidden2 = 2, .patch = 32, .stride = 1}};
  const sketch_layer_t whole[] = {{.op = RNNP_OP_POINTWISE, .channels = 4}, {.op = RNNP_OP_RNNPOOL, .channels = 64, .hidden2 = 64}};
  check_sketch("conv", 16, 8, conv, 2);
  check_sketch("pointwise", 64, 8, pointwise, 2);
  check_sketch("block", 32, 8, block, 4);
  check_sketch("windows", 36, 18, windows, 1);
  check_sketch("small", 64, 64, small, 1);
  check_sketch("whole", 1000, 8, whole, 2);
  for (int i = 1; i < argc; i++) {
    rnnp_test_file_t file = rnnp_test_load(argv[i]);
    check_package(((const rnnp_header_t *)(const void *)file.bytes)->name, &file);
    rnnp_test_unload(&file);
  }
  return rnnp_test_summary("pauses");
}
