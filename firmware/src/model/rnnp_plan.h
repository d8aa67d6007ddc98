/*
 * How a package is run: layers grouped into stages, and the arena they need. The engine lays out memory with the same
 * functions that rnnp_model_open sizes it with (docs/model-format.md, Arena).
 */
#ifndef RNNP_PLAN_H
#define RNNP_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_rnnpool.h"

#define RNNP_CANDIDATE_BYTES 16u

static inline uint32_t rnnp_round4(uint32_t x) { return (x + 3) & ~3u; }
static inline uint32_t rnnp_round8(uint32_t x) { return (x + 7) & ~7u; }

/* Bytes between the channels of a row of a stored map, and of a ring, whose rows have a padding pixel on each side. */
static inline uint32_t rnnp_map_plane(uint32_t width) { return rnnp_round4(width); }
static inline uint32_t rnnp_ring_plane(uint32_t width) { return rnnp_round4(width) + 1; }
static inline uint32_t rnnp_map_row(uint32_t width, uint32_t channels) { return channels * rnnp_map_plane(width); }
static inline uint32_t rnnp_ring_row(uint32_t width, uint32_t channels) { return rnnp_round4(channels * rnnp_ring_plane(width) + 4); }

/* Elements per output of a convolution or dense layer. */
uint32_t rnnp_layer_elements(const rnnp_layer_t *layer);

/* The parameters of an RNNPOOL layer. */
rnnp_rnnpool_params_t rnnp_layer_rnnpool(const rnnp_layer_t *layer);

/* The stage that begins with layer `index`. */
void rnnp_stage_shape(const rnnp_model_t *model, uint32_t index, rnnp_stage_shape_t *shape);

/* Whether the stage may run while rows arrive. */
bool rnnp_stage_streams(const rnnp_stage_shape_t *shape);

/* Whether the stage reads its input from a ring of three rows, into which the stage before it can write. */
bool rnnp_stage_reads_ring(const rnnp_stage_shape_t *shape);

/* Number of input rows that output row `row` needs. */
uint32_t rnnp_stage_need(const rnnp_stage_shape_t *shape, uint32_t row);

/* Distance by which the stage's output must lie below its input so that it never overwrites rows that are still to be read. */
uint32_t rnnp_stage_shift(const rnnp_stage_shape_t *shape);

/* Memory of a stage that runs from map to map. */
uint32_t rnnp_stage_state_bytes(const rnnp_stage_shape_t *shape);
uint32_t rnnp_stage_scratch_bytes(const rnnp_stage_shape_t *shape);

/* Memory of a streamed stage. Its scratch is shared: a stage uses it while it takes or produces a row. */
typedef struct {
  uint32_t state;
  uint32_t in_row; /* of its own */
  uint32_t scratch;
  uint32_t lent;     /* bytes of its input row in the states of the RNNPOOL before it; 0: none */
  uint8_t late_rows; /* rows of its ring that lie in the scratch (of the first stage) or are lent */
  bool held;         /* its input row lies in its state */
} rnnp_stream_memory_t;

/* `before` and `behind`: the streamed stages there, or null. */
rnnp_stream_memory_t rnnp_stream_memory(const rnnp_stage_shape_t *shape, const rnnp_stage_shape_t *before,
                                        const rnnp_stage_shape_t *behind);
uint32_t rnnp_candidate_list_bytes(const rnnp_model_t *model);
uint32_t rnnp_map_bytes(const rnnp_stage_shape_t *shape, bool output);

/* Offset of the map that a stage of the map phase reads: the sum of the shifts from layer `index` on. */
uint32_t rnnp_map_base(const rnnp_model_t *model, uint32_t index);

/*
 * Number of bytes by which the map of the streamed stages may overlap the column states of the first RNNPOOL among them, which
 * come first in its state: the map's last rows are written when the states of earlier rows of windows are no longer in use.
 */
uint32_t rnnp_map_overlap(const rnnp_model_t *model, uint32_t streamed);

/* Multiply-accumulates of an inference, fixed costs counted as such. At most 2^32 - 1. */
uint32_t rnnp_work(const rnnp_model_t *model);

/* Chooses how many stages stream and sets model->streamed and model->arena_bytes. */
rnnp_status_t rnnp_plan(rnnp_model_t *model);

#endif
