/*
 * The arithmetic of docs/quantization.md, four pixels at a time.
 *
 * Every kernel exists in portable C as rnnp_x_c, where the compiler targets the DSP extension also as rnnp_x_dsp, and the
 * costly ones where it targets Helium (MVE) as rnnp_x_mve, and 16-bit Thumb instructions only as rnnp_x_t1. rnnp_x is the one the engine
 * calls. All write the same bytes.
 *
 * Activations of a block of four pixels are int16 in the order acts[element / 2][pixel][element % 2], so that one LDRD fetches
 * two elements of two pixels, ready for SMLAD. The convolutions for Helium have int8 in their place, in the order
 * acts[element / 16][pixel][element % 16]; those for cores with 16-bit Thumb instructions have words of two pixels, x1 * 65536 + x0, in the
 * order acts[element / 2][pixel / 2][element % 2]. Maps and rows are planar: row[channel * plane + x].
 */
#ifndef RNNP_KERNELS_H
#define RNNP_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RNNP_BLOCK 4u /* pixels */

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#define RNNP_MVE 1
#else
#define RNNP_MVE 0
#endif

/* Cores with 16-bit Thumb instructions only: Cortex-M0, M0+, M23 */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define RNNP_THUMB1 1
#else
#define RNNP_THUMB1 0
#endif

/* The bytes between two pixels of a convolution's activations for Helium. 8 where 16 would exceed the memory for int16. */
static inline uint32_t rnnp_act_stride(uint32_t elements) { return elements <= 4 ? 8 : 16; }

static inline uint32_t rnnp_act(uint32_t element, uint32_t pixel, uint32_t stride) {
  return (element & ~15u) * RNNP_BLOCK + pixel * stride + element % 16;
}

/*
 * Weights of a convolution and its {b, M} pairs, as packages store them. With Helium, up to 16 bytes after the weights of the last output
 * are read; in a package, {b, M} follow.
 */
typedef struct {
  const int8_t *weights;
  const int16_t *wide; /* the weights of the first outputs after rnnp_widen */
  const int32_t *params;
  uint16_t pairs;        /* of elements, K / 2: even */
  uint16_t outputs;      /* N */
  uint16_t wide_outputs; /* even, or 0 */
} rnnp_gemm_t;

#if RNNP_THUMB1
/* A cell of 16 states as words, 272 of them for four rows of U at a time and what their sums start with, 32 for the gates. */
typedef struct {
  int32_t rows[4 * (4 + 4 * 16)];
  int32_t gates[2 * 16];
} rnnp_thumb1_cell_t;
#endif

/* A recurrent cell: rows of U, and {Bz, Bz, Bh, Bh} for each pair of states. `size` is even, 2..64. */
typedef struct {
  const int16_t *u;
  const int16_t *gates;
  uint32_t size;
  bool bounded; /* rnnp_rnn_bounded */
#if RNNP_THUMB1
  const rnnp_thumb1_cell_t *prepared; /* rnnp_thumb1_prepare, or null */
#endif
} rnnp_cell_t;

/*
 * Weights of `outputs` outputs (even) as int16, for each pair of outputs and of elements w(n, k) w(n, k+1) w(n+1, k) w(n+1, k+1).
 * A convolution that runs over a whole map unpacks them once instead of in every block.
 */
void rnnp_widen_c(const int8_t *weights, uint32_t pairs, uint32_t outputs, int16_t *wide);
void rnnp_widen_dsp(const int8_t *weights, uint32_t pairs, uint32_t outputs, int16_t *wide);

/* acts of `channels` channels of the pixels x .. x + 3 that `row` points to; an odd last channel is paired with itself. */
void rnnp_unpack_s8_c(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts);
void rnnp_unpack_s8_dsp(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts);

/*
 * out[n * plane + pixel] = sat8(zero + mulhi(b + sum w * acts, M)) for the first `count` outputs (even) of four pixels.
 * With `residual`, out's old value takes the place of zero.
 */
void rnnp_gemm_s8_c(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero, bool residual);
void rnnp_gemm_s8_dsp(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                      bool residual);

/* out[n][pixel] = sat16(mulhi(b + sum w * acts, M)) for the outputs first .. first + count - 1 (both even). */
void rnnp_gemm_s16_c(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out);
void rnnp_gemm_s16_dsp(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out);

/*
 * Four pixels of a depthwise 3x3 convolution of stride 1, written as acts for the next convolution. `rows` point to the left
 * neighbours above, beside and below the first pixel. Their planes are padded; up to three bytes after the last plane are read.
 */
void rnnp_depthwise_s1_c(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                         int32_t zero, int16_t *acts);
void rnnp_depthwise_s1_dsp(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                           int32_t zero, int16_t *acts);

/* The same with stride 2. */
void rnnp_depthwise_s2_c(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                         int32_t zero, int16_t *acts);
void rnnp_depthwise_s2_dsp(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                           int32_t zero, int16_t *acts);

/* A depthwise convolution, of which `rows` are as above. */
typedef struct {
  const int16_t *taps;
  const int32_t *params;
  uint32_t plane;
  uint32_t channels;
  uint32_t stride; /* 1 or 2 */
  int32_t zero;
} rnnp_depthwise_t;

/* acts of a 3x3 convolution: kernel rows of pad4(3 * channels) elements. `rows` as above; `stride` is 1 or 2. */
void rnnp_im2col_3x3(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride, int16_t *acts);

/* out[pixel * size + n] = sat16((b + sum w * acts) >> shift): the input term of a cell for four pixels. `pairs` may be odd. */
void rnnp_rnn_input_c(const int16_t *weights, const int32_t *bias, uint32_t pairs, uint32_t size, uint32_t shift, const int16_t *acts,
                      int16_t *out);
void rnnp_rnn_input_dsp(const int16_t *weights, const int32_t *bias, uint32_t pairs, uint32_t size, uint32_t shift, const int16_t *acts,
                        int16_t *out);

/* The input term of a cell, as packages store it. */
typedef struct {
  const int16_t *weights;
  const int32_t *bias;
  uint32_t channels;
  uint32_t size;
  uint32_t shift;
} rnnp_rnn_input_t;

/* rnnp_unpack_s8 and rnnp_rnn_input in one: `acts` is memory for the former, 4 * channels elements rounded up to pairs of channels. */
void rnnp_rnn_input_s8_c(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out);
void rnnp_rnn_input_s8_dsp(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out);

/* Whether no row of U sums to more than 32767 in magnitude: then (U h) >> 13 fits 16 bits, and need not be saturated. */
bool rnnp_rnn_bounded(const int16_t *u, uint32_t size);

/*
 * `steps` steps of a cell: h = step(h, w), after each of which h and w advance by their strides (in int16). A stride of 0
 * for h runs one state through a sequence; a stride of `size` gives every state of an array one step.
 */
void rnnp_rnn_steps_c(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps);
void rnnp_rnn_steps_dsp(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps);

/* States of a cell and their inputs, as rnnp_rnn_steps takes them. */
typedef struct {
  int16_t *h;
  const int16_t *w;
  int32_t h_stride;
  int32_t w_stride;
} rnnp_rnn_run_t;

/* The first step of `count` states, from h = 0. */
void rnnp_rnn_first_c(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count);
void rnnp_rnn_first_dsp(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count);

/* sat8((h + 32) >> 6) of every state, as channels of a map. */
void rnnp_rnn_output_c(const int16_t *h, uint32_t size, int8_t *out, uint32_t plane);
void rnnp_rnn_output_dsp(const int16_t *h, uint32_t size, int8_t *out, uint32_t plane);

/* out = sat16((4096 + matrix * p) >> 13): the input term of the second cell. `out` may be `p`. rows, columns even, 2..64. */
void rnnp_rnn_project_c(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out);
void rnnp_rnn_project_dsp(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out);

/* The kernels with Helium. Their convolutions read packed weights only. */
void rnnp_unpack_s8_mve(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts);
void rnnp_gemm_s8_mve(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                      bool residual);
void rnnp_gemm_s16_mve(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out);
/*
 * All pixels of a row at once. They replace the row above, which must be memory that may be written, each its left neighbour there: the
 * next row of outputs does not read it. Blocks are complete.
 */
void rnnp_depthwise_row_mve(const rnnp_depthwise_t *depthwise, const int8_t *const rows[3], uint32_t width);
/*
 * A row of a 3x3 convolution of one channel with stride 2 and at most 64 outputs; false where it is of another kind. `tile`: from sixteen
 * pixels of `out` to the next (rnnp_row_t).
 */
bool rnnp_conv_row_mve(const rnnp_gemm_t *gemm, const int8_t *const rows[3], uint32_t channels, uint32_t stride, uint32_t width,
                       int16_t *acts, int8_t *out, uint32_t plane, uint32_t tile, int32_t zero);
void rnnp_rnn_input_s8_mve(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out);
void rnnp_rnn_steps_mve(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps);
/* rnnp_rnn_input_s8 of at least one block of four pixels. */
void rnnp_rnn_input_row_mve(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, uint32_t blocks, int16_t *acts, int16_t *out);
/* rnnp_rnn_steps of two runs of the same number of steps, which share the loads of weights; both strides of h are the same. */
void rnnp_rnn_pair_mve(const rnnp_cell_t *cell, const rnnp_rnn_run_t *a, const rnnp_rnn_run_t *b, uint32_t steps);
/* rnnp_rnn_project of `count` states in place. */
void rnnp_rnn_project_all_mve(const int16_t *matrix, uint32_t rows, uint32_t columns, int16_t *h, int32_t stride, uint32_t count);
/* rnnp_rnn_pair_mve for cells of 16 states, beginning with the first step, from h = 0, and at least that. */
void rnnp_rnn_pair_first_mve(const rnnp_cell_t *cell, const rnnp_rnn_run_t *a, const rnnp_rnn_run_t *b, uint32_t steps);
void rnnp_rnn_first_mve(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count);
void rnnp_rnn_output_mve(const int16_t *h, uint32_t size, int8_t *out, uint32_t plane);
void rnnp_rnn_project_mve(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out);

#if RNNP_THUMB1
/* Sets `prepared` to the cell in `memory`, if the kernels for cores with 16-bit Thumb instructions can make use of that. */
void rnnp_thumb1_prepare(rnnp_cell_t *cell, rnnp_thumb1_cell_t *memory);
#endif

/* The kernels for cores with 16-bit Thumb instructions. */
void rnnp_rnn_input_s8_t1(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out);
void rnnp_rnn_steps_t1(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps);
void rnnp_rnn_first_t1(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count);
void rnnp_unpack_s8_t1(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts);
void rnnp_gemm_s8_t1(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                     bool residual);
void rnnp_gemm_s16_t1(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out);
void rnnp_depthwise_s1_t1(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                          int32_t zero, int16_t *acts);
void rnnp_depthwise_s2_t1(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                          int32_t zero, int16_t *acts);

#if defined(__ARM_FEATURE_DSP)
#define RNNP_KERNEL(name) name##_dsp
#else
#define RNNP_KERNEL(name) name##_c
#endif
#if RNNP_MVE
#define RNNP_MVE_KERNEL(name) name##_mve
#define RNNP_BEST_KERNEL(name) name##_mve
#elif RNNP_THUMB1
#define RNNP_MVE_KERNEL(name) RNNP_KERNEL(name)
#define RNNP_BEST_KERNEL(name) name##_t1
#else
#define RNNP_BEST_KERNEL(name) RNNP_KERNEL(name)
#define RNNP_MVE_KERNEL(name) RNNP_KERNEL(name)
#endif

#define rnnp_widen RNNP_KERNEL(rnnp_widen)
#define rnnp_unpack_s8 RNNP_BEST_KERNEL(rnnp_unpack_s8)
#define rnnp_gemm_s8 RNNP_BEST_KERNEL(rnnp_gemm_s8)
#define rnnp_gemm_s16 RNNP_BEST_KERNEL(rnnp_gemm_s16)
#if RNNP_THUMB1
#define rnnp_depthwise_s1 rnnp_depthwise_s1_t1
#define rnnp_depthwise_s2 rnnp_depthwise_s2_t1
#else
#define rnnp_depthwise_s1 RNNP_KERNEL(rnnp_depthwise_s1)
#define rnnp_depthwise_s2 RNNP_KERNEL(rnnp_depthwise_s2)
#endif
#define rnnp_rnn_input RNNP_KERNEL(rnnp_rnn_input)
#define rnnp_rnn_input_s8 RNNP_BEST_KERNEL(rnnp_rnn_input_s8)
#define rnnp_rnn_steps RNNP_BEST_KERNEL(rnnp_rnn_steps)
#define rnnp_rnn_first RNNP_BEST_KERNEL(rnnp_rnn_first)
#define rnnp_rnn_output RNNP_MVE_KERNEL(rnnp_rnn_output)
#define rnnp_rnn_project RNNP_MVE_KERNEL(rnnp_rnn_project)

/* The acts of four pixels of a row, and the rows of the next four. With Helium, rnnp_depthwise_row_mve has computed the row. */
static inline void rnnp_depthwise_block(const rnnp_depthwise_t *depthwise, const int8_t *rows[3], int16_t *acts) {
  uint32_t step = RNNP_BLOCK;
#if RNNP_MVE
  rnnp_unpack_s8(rows[0], depthwise->plane, depthwise->channels, acts);
#else
  if (depthwise->stride == 1) {
    rnnp_depthwise_s1(rows, depthwise->plane, depthwise->channels, depthwise->taps, depthwise->params, depthwise->zero, acts);
  } else {
    rnnp_depthwise_s2(rows, depthwise->plane, depthwise->channels, depthwise->taps, depthwise->params, depthwise->zero, acts);
  }
  step *= depthwise->stride;
#endif
  for (uint32_t ky = 0; ky < 3; ky++) {
    rows[ky] += step;
  }
}

/* An element of the activations of a convolution of `elements` elements, in the order of the kernels that the engine calls. */
static inline int32_t rnnp_get_act(const int16_t *acts, uint32_t elements, uint32_t element, uint32_t pixel) {
#if RNNP_MVE
  return ((const int8_t *)acts)[rnnp_act(element, pixel, rnnp_act_stride(elements))];
#elif RNNP_THUMB1
  const int32_t word = ((const int32_t *)(const void *)acts)[(element / 2) * RNNP_BLOCK + (pixel / 2) * 2 + element % 2];
  (void)elements;
  return pixel % 2 == 0 ? (int16_t)word : (word - (int16_t)word) >> 16;
#else
  (void)elements;
  return acts[(element / 2) * 2 * RNNP_BLOCK + 2 * pixel + element % 2];
#endif
}

static inline void rnnp_set_act(int16_t *acts, uint32_t elements, uint32_t element, uint32_t pixel, int8_t value) {
#if RNNP_MVE
  ((int8_t *)acts)[rnnp_act(element, pixel, rnnp_act_stride(elements))] = value;
#elif RNNP_THUMB1
  const int32_t other = rnnp_get_act(acts, elements, element, pixel ^ 1u);
  const uint32_t high = (uint32_t)(pixel % 2 == 0 ? other : value) << 16;
  ((int32_t *)(void *)acts)[(element / 2) * RNNP_BLOCK + (pixel / 2) * 2 + element % 2] = (int32_t)high + (pixel % 2 == 0 ? value : other);
#else
  (void)elements;
  acts[(element / 2) * 2 * RNNP_BLOCK + 2 * pixel + element % 2] = value;
#endif
}

static inline int32_t rnnp_clamp(int32_t x, int32_t low, int32_t high) { return x < low ? low : x > high ? high : x; }

/* rnnp_clamp to the range of a type; values in it, the usual ones, cost a comparison. */
static inline int8_t rnnp_sat8(int32_t x) { return (int8_t)x == x ? (int8_t)x : x < 0 ? INT8_MIN : INT8_MAX; }
static inline int16_t rnnp_sat16(int32_t x) { return (int16_t)x == x ? (int16_t)x : x < 0 ? INT16_MIN : INT16_MAX; }

/* Rounds half up, as SMMULR does. */
static inline int32_t rnnp_mulhi(int32_t accumulator, int32_t multiplier) {
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
  /* Such a core has no product of 64 bits: four of 16 by 16. */
  const int32_t low = (int32_t)((uint32_t)accumulator & 0xffffu);
  const int32_t high = accumulator >> 16;
  const int32_t other_low = (int32_t)((uint32_t)multiplier & 0xffffu);
  const int32_t other_high = multiplier >> 16;
  const uint32_t lowest = (uint32_t)low * (uint32_t)other_low;
  const int32_t middle = high * other_low + (int32_t)(lowest >> 16);
  const int32_t rest = low * other_high + (int32_t)((uint32_t)middle & 0xffffu);
  return high * other_high + (middle >> 16) + (rest >> 16) + (rest >> 15 & 1);
#else
  return (int32_t)(((int64_t)accumulator * multiplier + 0x80000000ll) >> 32);
#endif
}

#ifdef __cplusplus
}
#endif

#endif
