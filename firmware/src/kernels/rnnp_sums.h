/* The products that the portable kernels share, in assembly for cores with 16-bit Thumb instructions only. */
#ifndef RNNP_SUMS_H
#define RNNP_SUMS_H

#include "rnnp/rnnp_kernels.h"

#define RNNP_MOST_STATES 64u

#if RNNP_THUMB1
void rnnp_thumb1_rows(const int16_t *matrix, uint32_t row_bytes, const int32_t *vector, const int32_t *end, int32_t *sums, uint32_t fours);
void rnnp_thumb1_pixels_s16(const int16_t *acts, const int16_t *weights, int32_t bias, const int16_t *end, int32_t sums[RNNP_BLOCK]);
void rnnp_thumb1_update(const int32_t *sums, const int16_t *w, const int16_t *gates, int16_t *h, uint32_t bytes);
#endif

/* bias + weights * acts of four pixels; the weights of a pair are those of one output of a pair of outputs. */
static inline void rnnp_pixel_sums_s8(const int8_t *weights, const int16_t *acts, uint32_t pairs, int32_t bias, int32_t sums[RNNP_BLOCK]) {
  for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
    const int8_t *w = weights;
    const int16_t *a = acts + 2 * i;
    sums[i] = bias;
    for (uint32_t k = 0; k < pairs; k++) {
      sums[i] += w[0] * a[0] + w[2] * a[1];
      w += 4;
      a += 2 * RNNP_BLOCK;
    }
  }
}

static inline void rnnp_pixel_sums_s16(const int16_t *weights, const int16_t *acts, uint32_t pairs, int32_t bias,
                                       int32_t sums[RNNP_BLOCK]) {
#if RNNP_THUMB1
  rnnp_thumb1_pixels_s16(acts, weights, bias, acts + 2 * RNNP_BLOCK * pairs, sums);
#else
  for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
    const int16_t *w = weights;
    const int16_t *a = acts + 2 * i;
    sums[i] = bias;
    for (uint32_t k = 0; k < pairs; k++) {
      sums[i] += w[0] * a[0] + w[1] * a[1];
      w += 4;
      a += 2 * RNNP_BLOCK;
    }
  }
#endif
}

/* matrix * vector; rows and columns even, at most RNNP_MOST_STATES. */
static inline void rnnp_row_sums(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *vector, int32_t *sums) {
  uint32_t n = 0;
#if RNNP_THUMB1
  int32_t wide[RNNP_MOST_STATES];
  for (uint32_t k = 0; k < columns; k += 2) {
    wide[k] = vector[k];
    wide[k + 1] = vector[k + 1];
  }
  if (rows >= 4) {
    n = rows & ~3u;
    rnnp_thumb1_rows(matrix, 2 * columns, wide, wide + columns, sums, rows / 4);
    matrix += n * columns;
  }
#endif
  for (; n < rows; n++) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < columns; k++) {
      sum += matrix[k] * vector[k];
    }
    matrix += columns;
    sums[n] = sum;
  }
}

#endif
