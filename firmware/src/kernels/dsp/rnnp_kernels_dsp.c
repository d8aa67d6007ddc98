/* The kernels for the DSP extension: assembly where a compiler would spill registers, intrinsics elsewhere. */
#include "rnnp/rnnp_kernels.h"

#if defined(__ARM_FEATURE_DSP)

#include <string.h>

#include "rnnp_dsp.h"

typedef void gemm_s8_store_t(const int16_t *acts, const void *weights, const int32_t *params, int8_t *out, uint32_t pairs, uint32_t count,
                             uint32_t plane, int32_t zero);
typedef void gemm_s8_add_t(const int16_t *acts, const void *weights, const int32_t *params, int8_t *out, uint32_t pairs, uint32_t count,
                           uint32_t plane);
typedef void gemm_s16_store_t(const int16_t *acts, const void *weights, const int32_t *params, int16_t *out, uint32_t pairs,
                              uint32_t count);
gemm_s8_store_t rnnp_gemm_s8_store;
gemm_s8_store_t rnnp_gemm_s8_store_wide;
gemm_s8_add_t rnnp_gemm_s8_add;
gemm_s8_add_t rnnp_gemm_s8_add_wide;
gemm_s16_store_t rnnp_gemm_s16_store;
gemm_s16_store_t rnnp_gemm_s16_store_wide;
void rnnp_rnn_input_x2(const int16_t *acts, const int16_t *weights, const int32_t *bias, int16_t *out, uint32_t pairs, uint32_t count,
                       uint32_t shift, uint32_t row_bytes);
typedef void input8_t(const int8_t *row, uint32_t plane, const int16_t *weights, const int32_t *bias, int16_t *out);
input8_t rnnp_rnn_input8_shift6;
input8_t rnnp_rnn_input8_shift7;
input8_t rnnp_rnn_input8_shift8;
input8_t rnnp_rnn_input8_shift9;
void rnnp_depthwise_s1_x4(const int8_t *const rows[3], const int16_t *taps, const int32_t *params, int16_t *acts, const int32_t *params_end,
                          uint32_t plane, int32_t zero);
void rnnp_depthwise_s2_x4(const int8_t *const rows[3], const int16_t *taps, const int32_t *params, int16_t *acts, const int32_t *params_end,
                          uint32_t plane, int32_t zero);
typedef void cell_first_t(const int16_t *gates, int16_t *h, const int16_t *w);
cell_first_t rnnp_cell8_first;
cell_first_t rnnp_cell16_first;
typedef void cell8_steps_t(const int16_t *u, const int16_t *gates, int16_t *h, const int16_t *w, int32_t h_bytes, int32_t w_bytes,
                           uint32_t steps);
cell8_steps_t rnnp_cell8_steps;
cell8_steps_t rnnp_cell8_steps_bounded;
typedef void cell16_steps_t(const int16_t *u, const int16_t *gates, int16_t *h, const int16_t *w, int32_t w_bytes, uint32_t steps,
                            int32_t h_bytes);
cell16_steps_t rnnp_cell16_steps;
cell16_steps_t rnnp_cell16_steps_bounded;
typedef void project_t(const int16_t *matrix, const int16_t *p, int16_t *out, uint32_t rows);
project_t rnnp_project8;
project_t rnnp_project16;

/* The outputs whose weights are unpacked, then the others. */
__attribute__((noinline)) static void gemm_s8_wide(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out,
                                                   uint32_t plane, int32_t zero, bool residual) {
  const uint32_t wide = gemm->wide_outputs < count ? gemm->wide_outputs : count;
  if (residual) {
    rnnp_gemm_s8_add_wide(acts, gemm->wide, gemm->params, out, gemm->pairs, wide, plane);
  } else {
    rnnp_gemm_s8_store_wide(acts, gemm->wide, gemm->params, out, gemm->pairs, wide, plane, zero);
  }
  if (wide < count) {
    const int8_t *weights = gemm->weights + wide * 2 * gemm->pairs;
    const int32_t *params = gemm->params + 2 * wide;
    out += wide * plane;
    if (residual) {
      rnnp_gemm_s8_add(acts, weights, params, out, gemm->pairs, count - wide, plane);
    } else {
      rnnp_gemm_s8_store(acts, weights, params, out, gemm->pairs, count - wide, plane, zero);
    }
  }
}

void rnnp_gemm_s8_dsp(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                      bool residual) {
  if (count == 0) {
    return;
  }
  if (gemm->wide_outputs > 0) {
    gemm_s8_wide(gemm, acts, count, out, plane, zero, residual);
  } else if (residual) {
    rnnp_gemm_s8_add(acts, gemm->weights, gemm->params, out, gemm->pairs, count, plane);
  } else {
    rnnp_gemm_s8_store(acts, gemm->weights, gemm->params, out, gemm->pairs, count, plane, zero);
  }
}

void rnnp_gemm_s16_dsp(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out) {
  uint32_t wide = gemm->wide_outputs > first ? gemm->wide_outputs - first : 0;
  if (wide > count) {
    wide = count;
  }
  if (wide > 0) {
    rnnp_gemm_s16_store_wide(acts, gemm->wide + first * 2 * gemm->pairs, gemm->params + 2 * first, out, gemm->pairs, wide);
    first += wide;
    count -= wide;
    out += wide * RNNP_BLOCK;
  }
  if (count > 0) {
    rnnp_gemm_s16_store(acts, gemm->weights + first * 2 * gemm->pairs, gemm->params + 2 * first, out, gemm->pairs, count);
  }
}

void rnnp_rnn_input_dsp(const int16_t *weights, const int32_t *bias, uint32_t pairs, uint32_t size, uint32_t shift, const int16_t *acts,
                        int16_t *out) {
  rnnp_rnn_input_x2(acts, weights, bias, out, pairs, size, shift, 2 * size);
}

void rnnp_rnn_input_s8_dsp(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out) {
  static input8_t *const by_shift[] = {rnnp_rnn_input8_shift6, rnnp_rnn_input8_shift7, rnnp_rnn_input8_shift8, rnnp_rnn_input8_shift9};
  uint32_t shift = input->shift - 6;
  if (input->channels == 8 && input->size == 16 && shift < 4) {
    by_shift[shift](row, plane, input->weights, input->bias, out);
    return;
  }
  rnnp_unpack_s8_dsp(row, plane, input->channels, acts);
  rnnp_rnn_input_dsp(input->weights, input->bias, (input->channels + 1) / 2, input->size, input->shift, acts, out);
}

typedef void (*depthwise_x4_t)(const int8_t *const rows[3], const int16_t *taps, const int32_t *params, int16_t *acts,
                               const int32_t *params_end, uint32_t plane, int32_t zero);
typedef void (*depthwise_t)(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                            int32_t zero, int16_t *acts);

/* The assembly takes channels in pairs; an odd last one is left to portable C. */
static void depthwise(depthwise_x4_t pairs, depthwise_t single, const int8_t *const rows[3], uint32_t plane, uint32_t channels,
                      const int16_t *taps, const int32_t *params, int32_t zero, int16_t *acts) {
  uint32_t even = channels & ~1u;
  if (even > 0) {
    pairs(rows, taps, params, acts, params + 2 * even, plane, zero);
  }
  if (even < channels) {
    const int8_t *const last[3] = {rows[0] + even * plane, rows[1] + even * plane, rows[2] + even * plane};
    single(last, plane, 1, taps + 10 * even, params + 2 * even, zero, acts + even * RNNP_BLOCK);
  }
}

void rnnp_depthwise_s1_dsp(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                           int32_t zero, int16_t *acts) {
  depthwise(rnnp_depthwise_s1_x4, rnnp_depthwise_s1_c, rows, plane, channels, taps, params, zero, acts);
}

void rnnp_depthwise_s2_dsp(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                           int32_t zero, int16_t *acts) {
  depthwise(rnnp_depthwise_s2_x4, rnnp_depthwise_s2_c, rows, plane, channels, taps, params, zero, acts);
}

/* h' of two states from their pre-activations a. */
static uint32_t update(uint32_t a, uint32_t h, const uint32_t gates[2]) {
  uint32_t z = rnnp_usat16_13(rnnp_shadd16(a, gates[0]));
  uint32_t c = rnnp_ssat16_14(rnnp_qadd16(a, gates[1]));
  uint32_t d = rnnp_ssub16(h, c);
  return rnnp_sadd16(c, rnnp_pkhtb_asr13(rnnp_smultt(z, d) << 3, rnnp_smulbb(z, d)));
}

static uint32_t dot(const uint32_t *row, const uint32_t *h, uint32_t pairs, uint32_t sum) {
  for (uint32_t k = 0; k < pairs; k++) {
    sum = rnnp_smlad(row[k], h[k], sum);
  }
  return sum;
}

/* Cells of any other size. Not inlined: the assembly is where the stack is deepest. */
__attribute__((noinline)) static void steps_of_any(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w,
                                                   int32_t w_stride, uint32_t steps) {
  uint32_t next[32];
  uint32_t pairs = cell->size / 2;
  for (; steps > 0; steps--) {
    const uint32_t *row = (const uint32_t *)(const void *)cell->u;
    const uint32_t *gates = (const uint32_t *)(const void *)cell->gates;
    const uint32_t *input = (const uint32_t *)(const void *)w;
    uint32_t *state = (uint32_t *)(void *)h;
    for (uint32_t i = 0; i < pairs; i++) {
      uint32_t even = rnnp_ssat16_asr13(dot(row, state, pairs, 0));
      uint32_t odd = rnnp_ssat16_asr13(dot(row + pairs, state, pairs, 0));
      next[i] = update(rnnp_qadd16(rnnp_pkhbt(even, odd), input[i]), state[i], gates);
      row += cell->size;
      gates += 2;
    }
    memcpy(state, next, 4 * pairs);
    h += h_stride;
    w += w_stride;
  }
}

void rnnp_rnn_steps_dsp(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps) {
  if (steps == 0) {
    return;
  }
  if (cell->size == 16) {
    cell16_steps_t *run = cell->bounded ? rnnp_cell16_steps_bounded : rnnp_cell16_steps;
    run(cell->u, cell->gates, h, w, 2 * w_stride, steps, 2 * h_stride);
  } else if (cell->size == 8) {
    cell8_steps_t *run = cell->bounded ? rnnp_cell8_steps_bounded : rnnp_cell8_steps;
    run(cell->u, cell->gates, h, w, 2 * h_stride, 2 * w_stride, steps);
  } else {
    steps_of_any(cell, h, h_stride, w, w_stride, steps);
  }
}

void rnnp_rnn_first_dsp(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count) {
  if (cell->size == 8 || cell->size == 16) {
    cell_first_t *first = cell->size == 16 ? rnnp_cell16_first : rnnp_cell8_first;
    for (; count > 0; count--) {
      first(cell->gates, h, w);
      h += h_stride;
      w += w_stride;
    }
    return;
  }
  for (; count > 0; count--) {
    const uint32_t *gates = (const uint32_t *)(const void *)cell->gates;
    const uint32_t *input = (const uint32_t *)(const void *)w;
    uint32_t *state = (uint32_t *)(void *)h;
    for (uint32_t i = 0; i < cell->size / 2; i++) {
      state[i] = update(input[i], 0, gates);
      gates += 2;
    }
    h += h_stride;
    w += w_stride;
  }
}

void rnnp_rnn_output_dsp(const int16_t *h, uint32_t size, int8_t *out, uint32_t plane) {
  const int16_t *end = h + size;
  while (h != end) {
    *out = (int8_t)rnnp_ssat8_asr6((uint32_t)(*h++ + 32));
    out += plane;
    *out = (int8_t)rnnp_ssat8_asr6((uint32_t)(*h++ + 32));
    out += plane;
  }
}

__attribute__((noinline)) static void project_any(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out) {
  uint32_t result[32] = {0};
  uint32_t pairs = columns / 2;
  const uint32_t *row = (const uint32_t *)(const void *)matrix;
  const uint32_t *input = (const uint32_t *)(const void *)p;
  for (uint32_t n = 0; n < rows / 2; n++) {
    uint32_t even = rnnp_ssat16_asr13(dot(row, input, pairs, 4096));
    uint32_t odd = rnnp_ssat16_asr13(dot(row + pairs, input, pairs, 4096));
    result[n] = rnnp_pkhbt(even, odd);
    row += columns;
  }
  memcpy(out, result, 2 * rows);
}

void rnnp_rnn_project_dsp(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out) {
  if (columns == 8 || columns == 16) {
    (columns == 8 ? rnnp_project8 : rnnp_project16)(matrix, p, out, rows);
  } else {
    project_any(matrix, rows, columns, p, out);
  }
}

#endif
