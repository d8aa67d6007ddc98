/* What every stage can do. A stage takes input rows one at a time and has output rows ready as soon as they can be known. */
#ifndef RNNP_STAGE_H
#define RNNP_STAGE_H

#include "rnnp/rnnp_kernels.h"
#include "rnnp_plan.h"

/* Before the first row of a frame. */
void rnnp_stage_begin(rnnp_stage_t *stage);

/*
 * Unpacks weights into the memory from `at` to `end` as far as it goes (of a head, those of its class outputs), which saves about
 * an eighth of the instructions of a stage that runs over a whole map. Results are the same.
 */
void rnnp_stage_widen(rnnp_stage_t *stage, uint8_t *at, const uint8_t *end);

/* Where the next input row is to be written, so that rnnp_stage_absorb need not copy it. */
int8_t *rnnp_stage_target(const rnnp_stage_t *stage, uint32_t *plane);

/* Takes the next input row, which may lie in its target already. */
void rnnp_stage_absorb(rnnp_stage_t *stage, const int8_t *row, uint32_t plane);

/* Whether an output row can be computed from the rows so far. */
bool rnnp_stage_ready(const rnnp_stage_t *stage);

/* Computes the next output row. With a residual, `out` holds the input row of the same index. Heads add to the engine's candidates. */
void rnnp_stage_emit(rnnp_engine_t *engine, rnnp_stage_t *stage, int8_t *out, uint32_t plane);

/* The parts by kind. */
void rnnp_pool_begin(rnnp_stage_t *stage);
void rnnp_pool_absorb(rnnp_stage_t *stage, const int8_t *row, uint32_t plane);
void rnnp_pool_emit(rnnp_stage_t *stage, int8_t *out, uint32_t plane);
void rnnp_head_emit(rnnp_engine_t *engine, rnnp_stage_t *stage);
void rnnp_dense_emit(rnnp_engine_t *engine, rnnp_stage_t *stage);

/* Rows of the ring around output row `row` of a 3x3 convolution; fills in the padding below the picture. */
void rnnp_ring_rows(rnnp_stage_t *stage, const rnnp_layer_t *layer, uint32_t stride, uint32_t row, const int8_t *rows[3]);

/* A layer's weights as the kernels want them. */
rnnp_gemm_t rnnp_layer_gemm(const rnnp_layer_t *layer, const uint8_t *package);

#endif
