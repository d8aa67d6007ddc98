/* Operations of a stage. A stage takes one input row at a time and can produce an output row as soon as its inputs have arrived. */
#ifndef RNNP_STAGE_H
#define RNNP_STAGE_H

#include "rnnp/rnnp_kernels.h"
#include "rnnp_plan.h"

/* Before the first row of a frame. */
void rnnp_stage_begin(rnnp_stage_t *stage);

/*
 * Unpacks the weights of as many outputs of each convolution as fit into the memory from `at` to `end` (of a head, of its class
 * outputs). This saves about an eighth of the instructions of a stage that runs over a whole map. Results are the same.
 */
void rnnp_stage_widen(rnnp_stage_t *stage, rnnp_stage_wide_t *wide, uint8_t *at, const uint8_t *end);

/* Where the next input row lies without a copy by rnnp_stage_absorb. */
rnnp_row_t rnnp_stage_target(const rnnp_stage_t *stage);

/* Calls the observer's `work`. True: the frame has been stopped. */
bool rnnp_stage_report(rnnp_engine_t *engine, const rnnp_stage_t *stage);

/* Counts work of the current row, and reports after every RNNP_PAUSE_WORK. True: stop, what the row holds is of no use. */
static inline bool rnnp_stage_pause(rnnp_engine_t *engine, const rnnp_stage_t *stage, uint32_t work) {
  engine->work_left -= (int32_t)work;
  return engine->work_left < 0 && rnnp_stage_report(engine, stage);
}

/* Takes the next input row, which may lie in its target already. */
void rnnp_stage_absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *row);

/* Whether an output row can be computed from the rows so far. */
bool rnnp_stage_ready(const rnnp_stage_t *stage);

/* Computes the next output row. With a residual, `out` holds the input row of the same index. Heads add to the engine's candidates. */
void rnnp_stage_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out);

/* Implementations by kind. */
void rnnp_pool_begin(rnnp_stage_t *stage);
void rnnp_pool_absorb(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *row);
void rnnp_pool_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, const rnnp_row_t *out);
rnnp_row_t rnnp_pool_held_row(const rnnp_stage_t *stage);

/* Memory for the input row of the stage behind an RNNPOOL. */
int8_t *rnnp_pool_lend(const rnnp_stage_t *pool, const rnnp_stage_t *behind);
void rnnp_head_emit(rnnp_engine_t *engine, rnnp_stage_t *stage);
void rnnp_dense_emit(rnnp_engine_t *engine, rnnp_stage_t *stage);

/* Rows of the ring around output row `row` of a 3x3 convolution; fills in the padding below the picture. */
void rnnp_ring_rows(rnnp_stage_t *stage, const rnnp_layer_t *layer, uint32_t stride, uint32_t row, const int8_t *rows[3]);

/* Weights of a layer for the kernels; and of a stage's expansion (0) or last layer (1) with those that are unpacked. */
rnnp_gemm_t rnnp_layer_gemm(const rnnp_layer_t *layer, const uint8_t *package);
rnnp_gemm_t rnnp_stage_gemm(const rnnp_stage_t *stage, uint32_t index);
static inline rnnp_depthwise_t rnnp_layer_depthwise(const rnnp_layer_t *layer, const uint8_t *package) {
  return (rnnp_depthwise_t){
    .taps = (const int16_t *)(const void *)(package + layer->section[0].offset),
    .params = (const int32_t *)(const void *)(package + layer->section[1].offset),
    .plane = rnnp_ring_plane(layer->in_width),
    .channels = layer->in_channels,
    .stride = layer->stride,
    .zero = layer->out_zero,
  };
}

#endif
