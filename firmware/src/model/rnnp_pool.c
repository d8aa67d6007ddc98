/* RNNPool as a stage: the operator of src/kernels with the weights of a package. */
#include "rnnp/rnnp_rnnpool.h"
#include "rnnp_stage.h"

typedef struct {
  rnnp_engine_t *engine;
  const rnnp_stage_t *stage;
} run_t;

static const int16_t *section(const rnnp_stage_t *stage, uint32_t index) {
  return (const int16_t *)(const void *)(stage->package + stage->shape.first->section[index].offset);
}

/* True once the frame has been stopped. */
static bool pause(void *context, uint32_t work) {
  const run_t *run = context;
  return !run->engine->running || rnnp_stage_pause(run->engine, run->stage, work);
}

static rnnp_rnnpool_t pool_of(const rnnp_stage_t *stage) {
  return (rnnp_rnnpool_t){
    .params = rnnp_layer_rnnpool(stage->shape.first),
    .weights =
      {
        .w1 = section(stage, 0),
        .b1 = (const int32_t *)(const void *)section(stage, 1),
        .u1 = section(stage, 2),
        .gates1 = section(stage, 3),
        .w2 = section(stage, 4),
        .u2 = section(stage, 5),
        .gates2 = section(stage, 6),
      },
    .state = stage->state,
    .acts = (int16_t *)(void *)stage->scratch,
    .rows_in = stage->rows_in,
    .rows_out = stage->rows_out,
    .bounded = {stage->bounded[0], stage->bounded[1]},
  };
}

void rnnp_pool_begin(rnnp_stage_t *stage) {
  rnnp_rnnpool_t pool = pool_of(stage);
  rnnp_rnnpool_begin(&pool);
  stage->bounded[0] = pool.bounded[0];
  stage->bounded[1] = pool.bounded[1];
}

void rnnp_pool_absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const int8_t *row, uint32_t plane) {
  run_t run = {engine, stage};
  rnnp_rnnpool_t pool = pool_of(stage);
  pool.pause = pause;
  pool.context = &run;
  rnnp_rnnpool_absorb(&pool, row, plane);
}

void rnnp_pool_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, int8_t *out, uint32_t plane) {
  run_t run = {engine, stage};
  rnnp_rnnpool_t pool = pool_of(stage);
  pool.pause = pause;
  pool.context = &run;
  rnnp_rnnpool_emit(&pool, out, plane);
}
