/*
 * The streaming engine: rows go in as they arrive, detections or logits come out. It holds no frame, allocates nothing and
 * never recurses; all working memory is the caller's arena.
 *
 *   rnnp_engine_init(&engine, &model, arena, arena_bytes);
 *   rnnp_engine_begin(&engine);
 *   while (rows are left) rnnp_engine_push_rows(&engine, pixels, count);
 *   rnnp_engine_finish(&engine, &result);
 */
#ifndef RNNP_ENGINE_H
#define RNNP_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "rnnp_model.h"
#include "rnnp/rnnp_static_assert.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Work (docs/model-format.md) after which a row that is being computed calls the observer's `work`. Between two calls lies at most
 * this and one indivisible step: four pixels of a convolution, or 64 steps of a cell.
 */
#ifndef RNNP_PAUSE_WORK
#define RNNP_PAUSE_WORK 1000000
#endif

/* Stages that may run while rows arrive; a package that streams best with more is run with fewer. */
#ifndef RNNP_MAX_STREAMED
#define RNNP_MAX_STREAMED 6u
#endif

typedef enum {
  RNNP_STAGE_CONV,
  RNNP_STAGE_POINTWISE,
  RNNP_STAGE_BLOCK,
  RNNP_STAGE_RNNPOOL,
  RNNP_STAGE_HEAD,
  RNNP_STAGE_AVGPOOL,
  RNNP_STAGE_DENSE,
} rnnp_stage_kind_t;

/* Layers that run as one. The layer table alone determines it. */
typedef struct {
  const rnnp_layer_t *first;  /* reads the input */
  const rnnp_layer_t *expand; /* BLOCK: the convolution in front of the depthwise one, may be null */
  const rnnp_layer_t *depth;  /* BLOCK: the depthwise convolution */
  const rnnp_layer_t *last;   /* writes the output; the same as first where there is only one layer */
  rnnp_stage_kind_t kind;
  uint8_t layers;
  uint8_t residual;
} rnnp_stage_shape_t;

/* Weights of a stage that are unpacked for a whole map: of the expansion, and of the last layer, each of the first outputs. */
typedef struct {
  int16_t *weights[2];
  uint16_t outputs[2];
} rnnp_stage_wide_t;

/* A running stage. */
typedef struct {
  rnnp_stage_shape_t shape;
  const uint8_t *package;
  uint8_t *state; /* rings, recurrent states, sums */
  int8_t *in_row; /* where the previous stage writes, unless it writes into the ring: the late rows of the ring, or a row */
  uint8_t *scratch;
  const rnnp_stage_wide_t *wide; /* or null */
  bool bounded[2];               /* RNNPOOL: rnnp_rnn_bounded of its cells */
  bool lent;                     /* in_row belongs to the RNNPOOL before the stage (rnnp_rnnpool_lend) */
  bool held;                     /* RNNPOOL: its input rows lie in its state (rnnp_rnnpool_holds_row) */
  uint8_t late_rows;             /* of the three rows of a ring, the last ones, which lie elsewhere until an output row has been computed */
  uint16_t rows_in;
  uint16_t rows_out;
} rnnp_stage_t;

/*
 * Corners in 1/16 pixel of the network's input; `score` in 65536ths. A classifier has one detection that covers the input: the
 * likeliest label except the first, which stands for the absence of an object, scored against the likeliest other label. The
 * caller applies the threshold.
 */
typedef struct {
  uint32_t anchor; /* classifier: the label */
  uint16_t score;
  uint16_t left;
  uint16_t top;
  uint16_t right;
  uint16_t bottom;
  uint16_t reserved;
} rnnp_detection_t;

RNNP_STATIC_ASSERT(sizeof(rnnp_detection_t) == 16, "the arena's candidate list");

/* The result of a frame. It points into the arena and is valid until the next rnnp_engine_begin. */
typedef struct {
  const rnnp_detection_t *detections; /* by descending score */
  uint32_t detection_count;
  const int16_t *logits; /* classifier: one per label, with `fraction` fraction bits; otherwise null */
  uint32_t logit_count;
  uint32_t fraction;
} rnnp_result_t;

/* Callbacks for tests, profiles and cooperative work during a frame. Each may be null. */
typedef struct {
  void *context;

  /* Pixels x .. x + count - 1 of a row of the output of `layer` (the last of its stage), which is complete: data[channel * plane + i]. */
  void (*row)(void *context, uint32_t layer, uint32_t row, uint32_t x, uint32_t count, const int8_t *data, uint32_t plane);

  /* Outputs of a head for the pixels x .. x + 3: data[output][pixel]. With this callback a head computes all of its outputs
     instead of only the boxes of candidates. */
  void (*outputs)(void *context, uint32_t layer, uint32_t row, uint32_t x, const int16_t *data);

  /* The stage of `layer` has taken or produced a row, or a part of an expensive one. False stops the frame. */
  bool (*work)(void *context, uint32_t layer);
} rnnp_observer_t;

typedef struct {
  const rnnp_model_t *model;
  uint8_t *arena;
  uint32_t arena_bytes;
  const rnnp_observer_t *observer;
  uint32_t map_layer;  /* the first one of the map phase */
  uint32_t map_offset; /* of the map that the streamed stages write */
  uint16_t rows;       /* pushed so far */
  uint16_t candidate_count;
  bool running;
  int32_t work_left; /* until the next call of `work` */
  rnnp_detection_t *candidates;
  rnnp_detection_t classification;
  int16_t *logits;
  rnnp_stage_t stages[RNNP_MAX_STREAMED];
} rnnp_engine_t;

/* `arena` is a multiple of 16; the model and arena must outlive the engine. */
rnnp_status_t rnnp_engine_init(rnnp_engine_t *engine, const rnnp_model_t *model, void *arena, uint32_t arena_bytes);

/* Sets the observer; null removes it. */
void rnnp_engine_observe(rnnp_engine_t *engine, const rnnp_observer_t *observer);

/* Starts a frame and discards an unfinished one. */
rnnp_status_t rnnp_engine_begin(rnnp_engine_t *engine);

/* The next rows of the picture: width * channels bytes each, grey or interleaved RGB, 0..255. RNNP_ERR_STOPPED when the observer
   has stopped the frame. */
rnnp_status_t rnnp_engine_push_rows(rnnp_engine_t *engine, const uint8_t *pixels, uint32_t rows);

/* Runs the stages after the streamed ones. RNNP_ERR_STATE unless every row has been pushed, RNNP_ERR_STOPPED as above. */
rnnp_status_t rnnp_engine_finish(rnnp_engine_t *engine, rnnp_result_t *result);

/* Sigmoid of a logit with `fraction` fraction bits (4..12), in 65536ths. */
uint16_t rnnp_score(int32_t logit, uint32_t fraction);

#ifdef __cplusplus
}
#endif

#endif
