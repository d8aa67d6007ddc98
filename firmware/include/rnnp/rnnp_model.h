/* A quantized package, executed in place (docs/model-format.md). */
#ifndef RNNP_MODEL_H
#define RNNP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rnnp_sha256.h"
#include "rnnp_status.h"
#include "rnnp/rnnp_static_assert.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RNNP_MODEL_VERSION 1u
#define RNNP_MODEL_ALIGN 16u
#define RNNP_MODEL_MAX_BYTES (16u << 20)
#define RNNP_SECTIONS 7u
#define RNNP_NO_RESIDUAL 0xffffu

typedef enum { RNNP_TASK_DETECTION = 1, RNNP_TASK_CLASSIFICATION = 2 } rnnp_task_t;

typedef enum {
  RNNP_OP_CONV3X3 = 1,
  RNNP_OP_POINTWISE = 2,
  RNNP_OP_DEPTHWISE3X3 = 3,
  RNNP_OP_RNNPOOL = 4,
  RNNP_OP_HEAD = 5,
  RNNP_OP_AVGPOOL = 6,
  RNNP_OP_DENSE = 7,
} rnnp_op_t;

#define RNNP_LAYER_RELU6 1u
#define RNNP_LAYER_RESIDUAL 2u

typedef struct {
  uint32_t offset;
  uint32_t bytes;
} rnnp_section_t;

typedef struct {
  char magic[4];
  uint16_t version;
  uint16_t header_bytes;
  uint32_t total_bytes;
  uint32_t reserved0;
  uint8_t sha256[32];
  char name[32];
  uint8_t task;
  uint8_t channels;
  uint16_t width;
  uint16_t height;
  uint16_t layer_count;
  uint16_t record_bytes;
  uint16_t label_count;
  uint32_t layers_offset;
  uint32_t labels_offset;
  uint32_t arena_bytes;
  uint32_t anchor_count;
  uint16_t score_threshold;
  uint16_t max_candidates;
  uint16_t max_detections;
  uint16_t reserved1;
  uint32_t nms_iou;
  uint32_t variance0;
  uint32_t variance1_log2e;
} rnnp_header_t;

typedef struct {
  char name[24];
  uint8_t op;
  uint8_t flags;
  uint8_t stride;
  uint8_t patch;
  uint16_t in_width;
  uint16_t in_height;
  uint16_t in_channels;
  uint16_t out_width;
  uint16_t out_height;
  uint16_t out_channels;
  int8_t in_zero;
  int8_t out_zero;
  uint8_t fraction;
  uint8_t box_fraction;
  uint8_t g1;
  uint8_t reserved;
  uint16_t residual;
  uint16_t hidden1;
  uint16_t hidden2;
  uint16_t class_outputs;
  uint16_t anchors;
  uint32_t first_anchor;
  int32_t threshold;
  uint32_t in_scale_bits;
  uint32_t out_scale_bits;
  rnnp_section_t section[RNNP_SECTIONS];
} rnnp_layer_t;

typedef struct {
  uint16_t width;
  uint16_t height;
  uint16_t backgrounds;
  uint16_t reserved;
} rnnp_anchor_t;

RNNP_STATIC_ASSERT(sizeof(rnnp_header_t) == 128, "header layout");
RNNP_STATIC_ASSERT(offsetof(rnnp_header_t, sha256) == 16, "header layout");
RNNP_STATIC_ASSERT(offsetof(rnnp_header_t, task) == 80, "header layout");
RNNP_STATIC_ASSERT(offsetof(rnnp_header_t, variance1_log2e) == 124, "header layout");
RNNP_STATIC_ASSERT(sizeof(rnnp_layer_t) == 128, "layer record layout");
RNNP_STATIC_ASSERT(offsetof(rnnp_layer_t, first_anchor) == 56, "layer record layout");
RNNP_STATIC_ASSERT(offsetof(rnnp_layer_t, section) == 72, "layer record layout");
RNNP_STATIC_ASSERT(sizeof(rnnp_anchor_t) == 8, "anchor layout");

/* A package that rnnp_model_open has accepted. Points into the caller's bytes, which must stay unchanged. */
typedef struct {
  const uint8_t *bytes;
  const rnnp_header_t *header;
  const rnnp_layer_t *layers;
  uint32_t arena_bytes; /* what the engine of this build needs */
  uint32_t work;        /* docs/model-format.md, Work: the caller compares it with what it can afford */
  uint16_t streamed;    /* how many stages run while rows arrive */
} rnnp_model_t;

/*
 * Checks every field, offset, size, multiplier, shape and accumulator bound of a package of `size` bytes and fills `model`.
 * `bytes` is a multiple of 16. Nothing of the package is trusted before this has returned RNNP_OK.
 */
rnnp_status_t rnnp_model_open(rnnp_model_t *model, const void *bytes, size_t size);

/* The same without the checksum, which costs about a hundred instructions a byte. Compute it with rnnp_model_checksum_step. */
rnnp_status_t rnnp_model_open_unhashed(rnnp_model_t *model, const void *bytes, size_t size);

/* The checksum of an opened package, in steps between which something else can be served. */
typedef struct {
  const rnnp_model_t *model;
  size_t offset;
  rnnp_sha256_t sha;
} rnnp_model_checksum_t;

void rnnp_model_checksum_begin(rnnp_model_checksum_t *checksum, const rnnp_model_t *model);

/* Takes in the next bytes, at most `most`. Returns whether all are in. */
bool rnnp_model_checksum_step(rnnp_model_checksum_t *checksum, size_t most);

/* Whether the checksum in the package is that of its bytes; RNNP_ERR_CHECKSUM otherwise. Call it once all bytes are in. */
rnnp_status_t rnnp_model_checksum_end(rnnp_model_checksum_t *checksum);

/* Label `index` (0-terminated), or an empty string. */
const char *rnnp_model_label(const rnnp_model_t *model, uint32_t index);

static inline const void *rnnp_model_section(const rnnp_model_t *model, const rnnp_layer_t *layer, uint32_t index) {
  return model->bytes + layer->section[index].offset;
}

#ifdef __cplusplus
}
#endif

#endif
