/* Windows of RNNPool, and which of their outputs have to wait for memory. */
#ifndef RNNP_RNNPOOL_WINDOWS_H
#define RNNP_RNNPOOL_WINDOWS_H

#include "rnnp/rnnp_kernels.h"
#include "rnnp/rnnp_rnnpool.h"

/* Pixels whose input terms are held at a time. */
#define CHUNK RNNP_TILE

/* Windows in pixels, and how many of them a row or column belongs to at most. */
typedef struct {
  uint32_t patch_width;
  uint32_t patch_height;
  uint32_t stride;
  uint32_t pad;
  uint32_t phases;
  uint32_t out_width;
  uint32_t out_height;
} windows_t;

static inline uint32_t round8(uint32_t x) { return (x + 7) & ~7u; }

static inline uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

static inline windows_t windows_of(const rnnp_rnnpool_params_t *params) {
  if (params->patch == 0) {
    return (windows_t){
      .patch_width = params->in_width, .patch_height = params->in_height, .stride = 1, .phases = 1, .out_width = 1, .out_height = 1};
  }
  const uint32_t patch = params->patch;
  const uint32_t stride = params->stride;
  const uint32_t pad = (patch - stride) / 2;
  return (windows_t){.patch_width = patch,
                     .patch_height = patch,
                     .stride = stride,
                     .pad = pad,
                     .phases = (patch + stride - 1) / stride,
                     .out_width = (params->in_width + 2 * pad - patch) / stride + 1,
                     .out_height = (params->in_height + 2 * pad - patch) / stride + 1};
}

static inline uint32_t wide_of(const rnnp_rnnpool_params_t *params) { return larger(params->hidden1, params->hidden2); }

/* The first column behind those that a window and the ones before it read. */
static inline uint32_t end_of_window(const windows_t *windows, uint32_t in_width, uint32_t window) {
  const uint32_t end = window * windows->stride + windows->patch_width - windows->pad;
  return end < in_width ? end : in_width;
}

static inline uint32_t last_block(const windows_t *windows) { return (windows->out_width - 1) / RNNP_BLOCK; }

/* Blocks of four windows at the end of a row of which one ends behind column `intact`. */
static inline uint32_t waiting_blocks(const windows_t *windows, uint32_t in_width, uint32_t intact) {
  uint32_t window = windows->out_width - 1;
  uint32_t blocks = 0;
  while (end_of_window(windows, in_width, window) > intact) {
    blocks++;
    if (window < RNNP_BLOCK) {
      break;
    }
    window = window / RNNP_BLOCK * RNNP_BLOCK - 1;
  }
  return blocks;
}

#endif
