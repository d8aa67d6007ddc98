/*
 * RNNPool as an operator (Saha et al., NeurIPS 2020; docs/quantization.md defines the arithmetic). It needs no package, engine or link.
 *
 * Of a whole map, channels together, in the manner of CMSIS-NN:
 *
 *   rnnp_rnnpool_context_t ctx = {buffer, rnnp_rnnpool_s8_get_buffer_size(&params)};
 *   rnnp_rnnpool_s8(&ctx, &params, &weights, input, output);
 *
 * Or row by row, which never holds the map:
 *
 *   rnnp_rnnpool_begin(&pool);
 *   for each row: rnnp_rnnpool_absorb(&pool, &row), and while rnnp_rnnpool_ready(&pool): rnnp_rnnpool_emit(&pool, &out)
 */
#ifndef RNNP_RNNPOOL_H
#define RNNP_RNNPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "rnnp/rnnp_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes in pixels. The output has 4 * hidden2 channels. */
typedef struct {
  uint16_t in_width;
  uint16_t in_height;
  uint16_t in_channels;
  uint16_t patch;   /* width and height of a window, 1..32; 0: one window over the whole map */
  uint16_t stride;  /* 1..patch; 1 where the patch is 0. The map is padded by (patch - stride) / 2 on each side */
  uint16_t hidden1; /* states of the cell that reads the map: even, 2..64 */
  uint16_t hidden2; /* states of the cell that reads the first one's ends: even, 2..64 */
  uint16_t shift;   /* g1, 1..15: fraction bits of b1 above Q13's */
} rnnp_rnnpool_params_t;

/*
 * Weights as packages store them, aligned to 4 bytes (docs/model-format.md). Nothing is checked here: a row of W1 with its bias must keep
 * its sum in int32 for any int8 input, and rows of U and W2 have magnitudes that sum to less than 2^18.
 */
typedef struct {
  const int16_t *w1; /* for each pair of states n and of channels k: w(n, k) w(n, k+1) w(n+1, k) w(n+1, k+1); an odd last channel with 0 */
  const int32_t *b1;
  const int16_t *u1;     /* [hidden1][hidden1], Q13 as all below */
  const int16_t *gates1; /* for each pair of states: Bz Bz Bh Bh */
  const int16_t *w2;     /* [hidden2][hidden1] */
  const int16_t *u2;     /* [hidden2][hidden2] */
  const int16_t *gates2;
} rnnp_rnnpool_weights_t;

/* Memory for a call: `size` bytes at `buf`, aligned to 8. */
typedef struct {
  void *buf;
  int32_t size;
} rnnp_rnnpool_context_t;

uint32_t rnnp_rnnpool_out_width(const rnnp_rnnpool_params_t *params);
uint32_t rnnp_rnnpool_out_height(const rnnp_rnnpool_params_t *params);

/* Bytes that rnnp_rnnpool_s8 needs; negative where a parameter is outside its range or the size does not fit. */
int32_t rnnp_rnnpool_s8_get_buffer_size(const rnnp_rnnpool_params_t *params);

/*
 * input[in_height][in_width][in_channels], output[out_height][out_width][4 * hidden2]. RNNP_ERR_ARGUMENT for parameters outside their
 * ranges, RNNP_ERR_ALIGNMENT for a misaligned buffer, RNNP_ERR_ARENA for one that is too small.
 */
rnnp_status_t rnnp_rnnpool_s8(const rnnp_rnnpool_context_t *ctx, const rnnp_rnnpool_params_t *params, const rnnp_rnnpool_weights_t *weights,
                              const int8_t *input, int8_t *output);

#define RNNP_TILE 16u /* pixels */

/*
 * A row of a map: pixel x of channel c lies at data[x / 16 * tile + c * plane + x % 16]. A tile of 16 makes a plane of every channel. In
 * tiles of 16 * channels with planes of 16, a row can be replaced pixel by pixel.
 */
typedef struct {
  int8_t *data;
  uint32_t plane;
  uint32_t tile;
} rnnp_row_t;

static inline int8_t *rnnp_row_pixel(const rnnp_row_t *row, uint32_t x) { return row->data + x / RNNP_TILE * row->tile + x % RNNP_TILE; }

/* A running operator. The caller sets the first group; the others are the operator's. */
typedef struct {
  rnnp_rnnpool_params_t params;
  rnnp_rnnpool_weights_t weights;
  void *state;                                 /* rnnp_rnnpool_state_bytes, aligned to 8 */
  void *scratch;                               /* rnnp_rnnpool_scratch_bytes, aligned to 8; in use during calls only */
  bool (*pause)(void *context, uint32_t work); /* may be null: is given the work since the last call, and returns true to stop */
  void *context;

  uint16_t rows_in;
  uint16_t rows_out;
  bool bounded[2]; /* rnnp_rnn_bounded of the cells */
} rnnp_rnnpool_t;

uint32_t rnnp_rnnpool_state_bytes(const rnnp_rnnpool_params_t *params);

/* `lent`: bytes of a row of windows, and `plane` its plane, that is written into memory of the operator; 0: other memory. */
uint32_t rnnp_rnnpool_scratch_bytes(const rnnp_rnnpool_params_t *params, uint32_t lent, uint32_t plane);

/* Starts a map. */
void rnnp_rnnpool_begin(rnnp_rnnpool_t *pool);

/* Takes the next row. Up to three bytes after the last pixel of each channel are read. */
void rnnp_rnnpool_absorb(rnnp_rnnpool_t *pool, const rnnp_row_t *row);

/* Whether the rows so far suffice for the next row of windows. */
bool rnnp_rnnpool_ready(const rnnp_rnnpool_t *pool);

/* Writes the next row of windows. */
void rnnp_rnnpool_emit(rnnp_rnnpool_t *pool, const rnnp_row_t *out);

/*
 * Whether a row of the map can lie in the state, in tiles, until it has been absorbed. Row y lies (y + padding) % patch * 2 * hidden2 *
 * out_width bytes (patch 0: y of them) behind the offset.
 */
bool rnnp_rnnpool_holds_row(const rnnp_rnnpool_params_t *params);
uint32_t rnnp_rnnpool_held_offset(const rnnp_rnnpool_params_t *params);

/*
 * The column states of the rows of windows that are open: so many rows, each of so many bytes. They come first in the operator's memory,
 * those of the map's last row last. Those of a row are free once it has been written.
 */
uint32_t rnnp_rnnpool_phases(const rnnp_rnnpool_params_t *params);
uint32_t rnnp_rnnpool_phase_bytes(const rnnp_rnnpool_params_t *params);

/*
 * The last `bytes` of the column states of the next row of windows. The row may be written there, with these `bytes` and its plane known to
 * rnnp_rnnpool_scratch_bytes, and stays until the next rnnp_rnnpool_absorb.
 */
int8_t *rnnp_rnnpool_lend(const rnnp_rnnpool_t *pool, uint32_t bytes);

#ifdef __cplusplus
}
#endif

#endif
