/*
 * Kernels on generated data of many shapes: what the engine calls (on a board with the DSP extension, its assembly) against
 * portable C, and both kinds of convolution against sums written straight from docs/quantization.md.
 */
#include <stdlib.h>
#include <string.h>

#include "rnnp/rnnp_kernels.h"
#include "rnnp_test.h"

#define MAX_CHANNELS 40u
#define MAX_PLANE 64u
#define MAX_PAIRS 60u
#define MAX_OUTPUTS 24u
#define MAX_STATES 64u

static uint32_t state = 12345;

static uint32_t next(uint32_t below) {
  state = state * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)(state >> 4) * below) >> 28);
}

/* Mostly anything, often an extreme. */
static int32_t value(int32_t low, int32_t high) {
  switch (next(8)) {
    case 0:
      return low;
    case 1:
      return high;
    default:
      return low + (int32_t)next((uint32_t)(high - low) + 1);
  }
}

static void fill8(int8_t *p, size_t count, int32_t low, int32_t high) {
  while (count-- > 0) {
    *p++ = (int8_t)value(low, high);
  }
}

static void fill16(int16_t *p, size_t count, int32_t low, int32_t high) {
  while (count-- > 0) {
    *p++ = (int16_t)value(low, high);
  }
}

static void fill_params(int32_t *params, uint32_t outputs) {
  for (uint32_t n = 0; n < outputs; n++) {
    params[2 * n] = value(-2000000, 2000000);
    params[2 * n + 1] = next(4) == 0 ? INT32_MAX : (int32_t)next(1u << 27);
  }
}

static int8_t planes[MAX_CHANNELS * MAX_PLANE + 16];
static int8_t weights[2 * MAX_PAIRS * MAX_OUTPUTS] __attribute__((aligned(4)));
static int16_t wide[2 * MAX_PAIRS * MAX_OUTPUTS] __attribute__((aligned(4)));
static int32_t params[2 * (MAX_CHANNELS + MAX_OUTPUTS)];
static int16_t acts[2][8 * MAX_PAIRS + 8] __attribute__((aligned(4)));
static int8_t out[3][MAX_OUTPUTS * MAX_PLANE];
static int16_t out16[3][4 * MAX_OUTPUTS] __attribute__((aligned(4)));

/* The activations of portable C against those of the engine's kernels. */
static bool same_acts(const int16_t *portable, const int16_t *engines, uint32_t elements, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) {
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      if (portable[(k / 2) * 2 * RNNP_BLOCK + 2 * i + k % 2] != rnnp_get_act(engines, elements, k, i)) {
        return false;
      }
    }
  }
  return true;
}

/* Portable activations in the order of the engine's kernels. */
static void convert_acts(const int16_t *portable, int16_t *engines, uint32_t elements) {
  for (uint32_t k = 0; k < elements; k++) {
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      rnnp_set_act(engines, elements, k, i, (int8_t)portable[(k / 2) * 2 * RNNP_BLOCK + 2 * i + k % 2]);
    }
  }
}

static void test_unpack(void) {
  uint32_t channels = 1 + next(MAX_CHANNELS);
  uint32_t plane = 4 + next(MAX_PLANE - 4);
  const int8_t *row = planes + next(4);
  fill8(planes, sizeof planes, -128, 127);
  memset(acts, 0, sizeof acts);
  rnnp_unpack_s8_c(row, plane, channels, acts[0]);
  rnnp_unpack_s8(row, plane, channels, acts[1]);
  CHECK(same_acts(acts[0], acts[1], channels, channels));
  for (uint32_t c = 0; c < channels; c++) {
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      if (rnnp_get_act(acts[1], channels, c, i) != row[c * plane + i]) {
        CHECK(!"an element is out of place");
        return;
      }
    }
  }
}

/* The definition: sat8(zero or residual + mulhi(b + sum w * q, M)). */
static int8_t plain_output(const rnnp_gemm_t *gemm, uint32_t n, uint32_t pixel, int32_t zero) {
  int64_t sum = gemm->params[2 * n];
  for (uint32_t k = 0; k < 2u * gemm->pairs; k++) {
    int32_t w = gemm->weights[(n / 2) * 4 * gemm->pairs + (k / 2) * 4 + (k % 2) * 2 + n % 2];
    sum += w * acts[0][(k / 2) * 8 + 2 * pixel + k % 2];
  }
  int64_t q = zero + ((sum * gemm->params[2 * n + 1] + 0x80000000ll) >> 32);
  return (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);
}

static void test_gemm(void) {
  rnnp_gemm_t gemm = {.weights = weights, .params = params, .pairs = (uint16_t)(2 * (1 + next(MAX_PAIRS / 2)))};
  uint32_t outputs = 2 * (1 + next(MAX_OUTPUTS / 2));
  uint32_t plane = 4 + next(MAX_PLANE - 4);
  int32_t zero = value(-128, 127);
  bool residual = next(2) != 0;
  gemm.outputs = (uint16_t)outputs;
  fill8(weights, sizeof weights, -127, 127);
  fill16(acts[0], 8u * gemm.pairs, -128, 127);
  convert_acts(acts[0], acts[1], 2u * gemm.pairs);
  fill_params(params, outputs);
  fill8(out[0], sizeof out[0], -128, 127);
  memcpy(out[1], out[0], sizeof out[0]);
  memcpy(out[2], out[0], sizeof out[0]);
  int8_t expected[MAX_OUTPUTS][RNNP_BLOCK];
  for (uint32_t n = 0; n < outputs; n++) {
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      expected[n][i] = plain_output(&gemm, n, i, residual ? out[0][n * plane + i] : zero);
    }
  }
  rnnp_gemm_t widened = gemm;
  rnnp_widen(weights, gemm.pairs, outputs, wide);
  widened.wide = wide;
  widened.wide_outputs = (uint16_t)(2 * next(outputs / 2 + 1));
  rnnp_gemm_s8_c(&gemm, acts[0], outputs, out[0], plane, zero, residual);
  rnnp_gemm_s8(&gemm, acts[1], outputs, out[1], plane, zero, residual);
  rnnp_gemm_s8(&widened, acts[1], outputs, out[2], plane, zero, residual);
  CHECK(memcmp(out[0], out[1], sizeof out[0]) == 0 && memcmp(out[0], out[2], sizeof out[0]) == 0);
  for (uint32_t n = 0; n < outputs; n++) {
    CHECK(memcmp(expected[n], out[1] + n * plane, RNNP_BLOCK) == 0);
  }

  uint32_t first = 2 * next(outputs / 2);
  memset(out16, 0, sizeof out16);
  rnnp_gemm_s16_c(&gemm, acts[0], first, outputs - first, out16[0]);
  rnnp_gemm_s16(&gemm, acts[1], first, outputs - first, out16[1]);
  rnnp_gemm_s16(&widened, acts[1], first, outputs - first, out16[2]);
  CHECK(memcmp(out16[0], out16[1], sizeof out16[0]) == 0 && memcmp(out16[0], out16[2], sizeof out16[0]) == 0);
}

static void test_depthwise(void) {
  static int8_t rows_of[3][sizeof planes];
  static int16_t taps[10 * MAX_CHANNELS] __attribute__((aligned(4)));
  uint32_t channels = 1 + next(MAX_CHANNELS);
  uint32_t plane = 9 + next(MAX_PLANE - 16);
  uint32_t offset = next(4);
  int32_t zero = value(-128, 127);
  static int8_t row_above[sizeof planes];
  const int8_t *const rows[3] = {rows_of[0] + offset, rows_of[1] + offset, rows_of[2] + offset};
  rnnp_depthwise_t depthwise = {.taps = taps, .params = params, .plane = plane, .channels = channels, .zero = zero};
  fill8(rows_of[0], sizeof rows_of, -128, 127);
  memcpy(row_above, rows_of[0], sizeof row_above);
  fill16(taps, 10u * channels, -127, 127);
  fill_params(params, channels);
  for (uint32_t c = 0; c < channels; c++) {
    taps[10 * c + 9] = 0;
  }
  memset(acts, 0, sizeof acts);
  for (depthwise.stride = 1; depthwise.stride <= 2; depthwise.stride++) {
    (depthwise.stride == 1 ? rnnp_depthwise_s1_c : rnnp_depthwise_s2_c)(rows, plane, channels, taps, params, zero, acts[0]);
    const int8_t *from[3] = {rows[0], rows[1], rows[2]};
#if RNNP_MVE
    rnnp_depthwise_row_mve(&depthwise, rows, RNNP_BLOCK);
#endif
    rnnp_depthwise_block(&depthwise, from, acts[1]);
    CHECK(same_acts(acts[0], acts[1], channels, channels));
    memcpy(rows_of[0], row_above, sizeof row_above);
  }
}

static int16_t u[MAX_STATES * MAX_STATES] __attribute__((aligned(4)));
static int16_t gates[2 * MAX_STATES] __attribute__((aligned(4)));
static int16_t inputs[8 * MAX_STATES] __attribute__((aligned(4)));
static int16_t states[3][8 * MAX_STATES] __attribute__((aligned(4)));

static void test_cell(void) {
  static const uint8_t unrolled[2] = {8, 16};
  uint32_t size = next(2) ? unrolled[next(2)] : 2 * (1 + next(MAX_STATES / 2));
  /* rows that sum to less than 2^18, as the validator demands, or to less than 2^15 */
  int32_t limit = next(2) ? 32767 / (int32_t)size : 262143 / (int32_t)size;
  limit = limit > 32767 ? 32767 : limit;
  int32_t h_stride = next(2) ? (int32_t)size : 0;
  int32_t w_stride = next(2) ? (int32_t)size : 0;
  uint32_t steps = next(8);
  fill16(u, size * size, -limit, limit);
  const bool any_gates = next(2);
  fill16(gates, 2 * size, any_gates ? -32768 : -16385, any_gates ? 32767 : 24576);
  fill16(inputs, 8 * size, -32768, 32767);
  fill16(states[0], 8 * size, -8192, 8191);
  memcpy(states[1], states[0], sizeof states[0]);
  memcpy(states[2], states[0], sizeof states[0]);
  rnnp_cell_t cell = {.u = u, .gates = gates, .size = size};
  rnnp_rnn_steps_c(&cell, states[0], h_stride, inputs, w_stride, steps);
  rnnp_rnn_steps(&cell, states[1], h_stride, inputs, w_stride, steps);
  cell.bounded = rnnp_rnn_bounded(u, size);
#if RNNP_THUMB1
  rnnp_thumb1_cell_t prepared;
  rnnp_thumb1_prepare(&cell, &prepared);
#endif
  rnnp_rnn_steps(&cell, states[2], h_stride, inputs, w_stride, steps);
  CHECK(memcmp(states[0], states[1], sizeof states[0]) == 0);
  CHECK(memcmp(states[0], states[2], sizeof states[0]) == 0);
  for (uint32_t i = 0; i < 8 * size; i++) {
    CHECK(states[1][i] >= -8192 && states[1][i] <= 8191);
  }
  rnnp_rnn_first_c(&cell, states[0], h_stride, inputs, w_stride, steps);
  rnnp_rnn_first(&cell, states[1], h_stride, inputs, w_stride, steps);
  CHECK(memcmp(states[0], states[1], sizeof states[0]) == 0);

  uint32_t rows = 2 * (1 + next(size / 2));
  rnnp_rnn_project_c(u, rows, size, states[0], states[0]);
  rnnp_rnn_project(u, rows, size, states[1], states[1]);
  CHECK(memcmp(states[0], states[1], sizeof states[0]) == 0);

  memset(out, 0, sizeof out);
  fill16(states[0], MAX_OUTPUTS, -32768, 32735);
  rnnp_rnn_output_c(states[0], MAX_OUTPUTS, out[0], 5);
  rnnp_rnn_output(states[0], MAX_OUTPUTS, out[1], 5);
  CHECK(memcmp(out[0], out[1], sizeof out[0]) == 0);
}

static void test_input_term(void) {
  static int16_t matrix[2 * 20 * 16] __attribute__((aligned(4)));
  static int32_t bias[16] __attribute__((aligned(4)));
  static int16_t terms[2][4 * 16] __attribute__((aligned(4)));
  uint32_t size = 2 * (1 + next(8));
  uint32_t pairs = 1 + next(20);
  uint32_t shift = 1 + next(15);
  fill16(matrix, 2 * pairs * size, -32767, 32767);
  fill16(acts[0], 8 * pairs, -128, 127);
  for (uint32_t n = 0; n < size; n++) {
    bias[n] = value(-100000000, 100000000);
  }
  memset(terms, 0, sizeof terms);
  rnnp_rnn_input_c(matrix, bias, pairs, size, shift, acts[0], terms[0]);
  rnnp_rnn_input(matrix, bias, pairs, size, shift, acts[0], terms[1]);
  CHECK(memcmp(terms[0], terms[1], sizeof terms[0]) == 0);
}

static void test_input_term_of_row(void) {
  static int16_t matrix[12 * 16] __attribute__((aligned(4)));
  static int32_t bias[16] __attribute__((aligned(4)));
  static int16_t terms[2][4 * 16] __attribute__((aligned(4)));
  uint32_t plane = 4 + next(MAX_PLANE - 4);
  /* half of the cases in the form that has a kernel of its own */
  bool usual = next(2);
  rnnp_rnn_input_t input = {
    .weights = matrix, .bias = bias, .channels = usual ? 8 : 1 + next(12), .size = usual ? 16 : 2 * (1 + next(8)), .shift = 1 + next(15)};
  fill16(matrix, 12 * 16, -32767, 32767);
  fill8(planes, sizeof planes, -128, 127);
  for (uint32_t n = 0; n < 16; n++) {
    bias[n] = value(-10000000, 10000000);
  }
  memset(terms, 0, sizeof terms);
  rnnp_rnn_input_s8_c(&input, planes, plane, acts[0], terms[0]);
  rnnp_rnn_input_s8(&input, planes, plane, acts[1], terms[1]);
  CHECK(memcmp(terms[0], terms[1], sizeof terms[0]) == 0);
}

static void test_im2col(void) {
  static int8_t rows_of[3][sizeof planes];
  uint32_t channels = 1 + next(12);
  uint32_t plane = 12 + next(MAX_PLANE - 16);
  uint32_t stride = 1 + next(2);
  uint32_t period = (3 * channels + 3) & ~3u;
  const int8_t *rows[3] = {rows_of[0], rows_of[1], rows_of[2]};
  fill8(rows_of[0], sizeof rows_of, -128, 127);
  rnnp_im2col_3x3(rows, plane, channels, stride, acts[0]);
  for (uint32_t ky = 0; ky < 3; ky++) {
    for (uint32_t k = 0; k < 3 * channels; k++) {
      for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
        uint32_t at = ky * period + k;
        int8_t expected = rows[ky][(k % channels) * plane + i * stride + k / channels];
        if (rnnp_get_act(acts[0], 3 * period, at, i) != expected) {
          CHECK(!"an element is out of place");
          return;
        }
      }
    }
  }
  CHECK(period % 4 == 0);
}

int main(void) {
#if defined(__arm__)
  const int rounds = 300; /* in an emulator */
#else
  const int rounds = 1500;
#endif
  for (int i = 0; i < rounds; i++) {
    test_unpack();
    test_gemm();
    test_depthwise();
    test_cell();
    test_input_term();
    test_input_term_of_row();
    test_im2col();
  }
  return rnnp_test_summary("kernels");
}
