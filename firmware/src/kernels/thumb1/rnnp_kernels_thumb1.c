/* Convolutions for cores with 16-bit Thumb instructions only. A word of their activations holds an element of two pixels
 * (rnnp_gemm_thumb1.S). */
#include "rnnp/rnnp_kernels.h"

#if RNNP_THUMB1

/* What the assembly of rnnp_gemm_thumb1.S reads. */
typedef struct {
  const int16_t *acts;
  const int16_t *acts_end;
  const int8_t *weights; /* of a pair of outputs, without what the first round leaves out */
  const int32_t *params;
  void *out;
  uint32_t plane;      /* in bytes */
  uint32_t pair_bytes; /* from the weights of a pair of outputs to the next */
  uint32_t count;
  uint32_t entry; /* bytes of code that the first round leaves out */
  int32_t zero;
} rnnp_thumb1_gemm_t;

typedef void run_t(rnnp_thumb1_gemm_t *gemm);
run_t rnnp_thumb1_gemm_s8_store;
run_t rnnp_thumb1_gemm_s8_add;
run_t rnnp_thumb1_gemm_s16_store;

/* Pairs of elements that the assembly has unrolled, and the bytes of the code of one. */
#define UNROLLED 8u
#define PAIR_CODE 36u

static void run_outputs(run_t *run, const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, void *out, uint32_t plane,
                        int32_t zero) {
  const uint32_t left_out = (0u - gemm->pairs) % UNROLLED;
  rnnp_thumb1_gemm_t outputs = {
    .acts = acts,
    .acts_end = acts + 2 * RNNP_BLOCK * gemm->pairs,
    .weights = gemm->weights + first * 2u * gemm->pairs - 4 * left_out,
    .params = gemm->params + 2 * first,
    .out = out,
    .plane = plane,
    .pair_bytes = 4u * gemm->pairs,
    .count = count,
    .entry = PAIR_CODE * left_out,
    .zero = zero,
  };
  run(&outputs);
}

void rnnp_gemm_s8_t1(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                     bool residual) {
  if (count > 0) {
    run_outputs(residual ? rnnp_thumb1_gemm_s8_add : rnnp_thumb1_gemm_s8_store, gemm, acts, 0, count, out, plane, zero);
  }
}

void rnnp_gemm_s16_t1(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out) {
  if (count > 0) {
    run_outputs(rnnp_thumb1_gemm_s16_store, gemm, acts, first, count, out, 2 * RNNP_BLOCK, INT16_MAX);
  }
}

static inline int32_t both(int32_t first, int32_t second) { return (int32_t)((uint32_t)second << 16) + first; }

/* Words of an element, two words between those of its two pairs of pixels; `step` bytes between pixels. */
static inline __attribute__((always_inline)) void store_pixels(const int8_t *pixels, uint32_t step, int32_t *out) {
  out[0] = both(pixels[0], pixels[step]);
  out[2] = both(pixels[2 * step], pixels[3 * step]);
}

static inline int32_t *word_of(int16_t *acts, uint32_t element) { return (int32_t *)(void *)acts + (element / 2) * 4 + element % 2; }

void rnnp_unpack_s8_t1(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts) {
  int32_t *out = (int32_t *)(void *)acts;
  for (; channels > 1; channels -= 2) {
    store_pixels(row, 1, out);
    row += plane;
    store_pixels(row, 1, out + 1);
    row += plane;
    out += 4;
  }
  if (channels > 0) {
    store_pixels(row, 1, out);
  }
}

/* The usual first layer, one channel and stride 2: a row of nine pixels. The fourth element meets a weight of 0. */
static inline __attribute__((always_inline)) void gather_grey_s2(const int8_t *row, int32_t *out) {
  out[0] = both(row[0], row[2]);
  out[1] = both(row[1], row[3]);
  out[2] = both(row[4], row[6]);
  out[3] = both(row[5], row[7]);
  out[4] = both(row[2], row[4]);
  out[5] = 0;
  out[6] = both(row[6], row[8]);
  out[7] = 0;
}

void rnnp_im2col_3x3(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride, int16_t *acts) {
  const uint32_t period = (3 * channels + 3) & ~3u;
  if (channels == 1 && stride == 2) {
    for (uint32_t ky = 0; ky < 3; ky++) {
      gather_grey_s2(rows[ky], (int32_t *)(void *)acts + 8 * ky);
    }
    return;
  }
  for (uint32_t ky = 0; ky < 3; ky++) {
    uint32_t k = ky * period;
    for (uint32_t kx = 0; kx < 3; kx++) {
      const int8_t *pixels = rows[ky] + kx;
      if (stride == 1 && channels % 4 == 0) {
        rnnp_unpack_s8_t1(pixels, plane, channels, acts + 4 * k);
        k += channels;
        continue;
      }
      for (uint32_t c = 0; c < channels; c++) {
        if (stride == 1) {
          store_pixels(pixels, 1, word_of(acts, k));
        } else {
          store_pixels(pixels, 2, word_of(acts, k));
        }
        pixels += plane;
        k++;
      }
    }
    for (; k % 4 != 0; k++) {
      word_of(acts, k)[0] = 0;
      word_of(acts, k)[2] = 0;
    }
  }
}

/* What the assembly of rnnp_depthwise_thumb1.S reads. */
typedef struct {
  const int8_t *rows[3];
  const int16_t *taps;
  const int32_t *params;
  const int32_t *params_end;
  int16_t *acts;
  uint32_t step; /* in bytes: from the first channel of a pair to the second one */
  uint32_t plane;
  int32_t zero;
} rnnp_thumb1_depthwise_t;

void rnnp_thumb1_depthwise_s1(rnnp_thumb1_depthwise_t *depthwise);
void rnnp_thumb1_depthwise_s2(rnnp_thumb1_depthwise_t *depthwise);

void rnnp_depthwise_s1_t1(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                          int32_t zero, int16_t *acts) {
  rnnp_thumb1_depthwise_t run = {{rows[0], rows[1], rows[2]}, taps, params, params + 2 * channels, acts, 4, plane, zero};
  rnnp_thumb1_depthwise_s1(&run);
}

void rnnp_depthwise_s2_t1(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                          int32_t zero, int16_t *acts) {
  rnnp_thumb1_depthwise_t run = {{rows[0], rows[1], rows[2]}, taps, params, params + 2 * channels, acts, 4, plane, zero};
  rnnp_thumb1_depthwise_s2(&run);
}

#endif
