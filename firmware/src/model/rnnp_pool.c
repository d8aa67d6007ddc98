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
    .scratch = stage->scratch,
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

void rnnp_pool_absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *row) {
  run_t run = {engine, stage};
  rnnp_rnnpool_t pool = pool_of(stage);
  pool.pause = pause;
  pool.context = &run;
  rnnp_rnnpool_absorb(&pool, row);
}

void rnnp_pool_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out) {
  run_t run = {engine, stage};
  rnnp_rnnpool_t pool = pool_of(stage);
  pool.pause = pause;
  pool.context = &run;
  rnnp_rnnpool_emit(&pool, out);
}

rnnp_row_t rnnp_pool_held_row(const rnnp_stage_t *stage) {
  const rnnp_layer_t *layer = stage->shape.first;
  const uint32_t pad = (layer->patch - layer->stride) / 2u;
  const uint32_t row = layer->patch > 0 ? (stage->rows_in + pad) % layer->patch : stage->rows_in;
  return (rnnp_row_t){
    .data = stage->in_row + row * 2 * layer->hidden2 * layer->out_width,
    .plane = RNNP_TILE,
    .tile = RNNP_TILE * layer->in_channels,
  };
}

int8_t *rnnp_pool_lend(const rnnp_stage_t *pool, const rnnp_stage_t *behind) {
  const rnnp_rnnpool_t lender = pool_of(pool);
  return rnnp_rnnpool_lend(&lender, rnnp_stream_memory(&behind->shape, &pool->shape, NULL).lent);
}
