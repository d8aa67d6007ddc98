/* RNNPool's cells of 8 and 16 states with Helium: eight int16 products an instruction, gates of eight states at a time. */
#include "rnnp/rnnp_kernels.h"

#if RNNP_MVE

#include "rnnp_mve.h"

#define INLINE static inline __attribute__((always_inline))

/* h' of eight states from their sums U h >> 13, their input and h. */
INLINE int16x8_t update(int16x8_t a, int16x8_t h, const int16_t *gates) {
  /* {Bz, Bz, Bh, Bh} of pairs of states, as words */
  const int32x4x2_t pairs = vld2q_s32((const int32_t *)(const void *)gates);
  int16x8_t z = vhaddq_s16(a, vreinterpretq_s16_s32(pairs.val[0]));
  /* 4 z, clamped: of 8 z as 16 bits without a sign, the bits below those of z are set by saturation only */
  z = vreinterpretq_s16_u16(vbicq_n_u16(vshrq_n_u16(vqshluq_n_s16(z, 3), 1), 3));
  /* a saturating shift to the left and back clamps to 14 bits */
  const int16x8_t c = vshrq_n_s16(vqshlq_n_s16(vqaddq_s16(a, vreinterpretq_s16_s32(pairs.val[1])), 2), 2);
  /* (2 * 4 z * d) >> 16 */
  return vaddq_s16(c, vqdmulhq_s16(z, vsubq_s16(h, c)));
}

typedef struct {
  int16x8_t low;
  int16x8_t high;
} state_t;

INLINE int32_t dot8(const int16_t *row, int16x8_t h) { return vmladavq_s16(vldrhq_s16(row), h); }

#define ROW(sum, at)                                                                                                                       \
  "vldrh.16 %q[t], [%[u], #32*" #at "]\n\tvldrh.16 %q[s], [%[u], #32*" #at                                                                 \
  "+16]\n\t"                                                                                                                               \
  "vmladav.s16 %[" #sum "], %q[t], %q[low]\n\tvmladava.s16 %[" #sum "], %q[s], %q[high]\n\t"
#define TWO_ROWS(to, first, lane, second, other)                                                                                           \
  ROW(a, first) ROW(b, second) "vmov %q[" #to "][" #other "], %q[" #to "][" #lane "], %[a], %[b]\n\t"

/*
 * Eight rows of sixteen columns, >> 13. In assembly, because a compiler loads the rows before the steps and keeps them on the
 * stack, from where a load costs more than one from U.
 */
INLINE int16x8_t products16(const int16_t *u, state_t h, bool round) {
  int32x4_t even;
  int32x4_t odd;
  int16x8_t t;
  int16x8_t s;
  int32_t a;
  int32_t b;
  __asm__ volatile(TWO_ROWS(even, 0, 0, 4, 2) TWO_ROWS(even, 2, 1, 6, 3) TWO_ROWS(odd, 1, 0, 5, 2) TWO_ROWS(odd, 3, 1, 7, 3)
                   : [even] "=&w"(even), [odd] "=&w"(odd), [t] "=&w"(t), [s] "=&w"(s), [a] "=&Te"(a), [b] "=&Te"(b)
                   : [u] "r"(u), [low] "w"(h.low), [high] "w"(h.high)
                   : "memory");
  if (round) {
    return vqrshrntq_n_s32(vqrshrnbq_n_s32(vreinterpretq_s16_s32(even), even, 13), odd, 13);
  }
  return rnnp_mve_narrow13(even, odd);
}

INLINE int16x8_t products8(const int16_t *u, int16x8_t h) {
  const int32x4_t even = rnnp_mve_four(dot8(u, h), dot8(u + 16, h), dot8(u + 32, h), dot8(u + 48, h));
  const int32x4_t odd = rnnp_mve_four(dot8(u + 8, h), dot8(u + 24, h), dot8(u + 40, h), dot8(u + 56, h));
  return rnnp_mve_narrow13(even, odd);
}

static void steps8(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps) {
  for (; steps > 0; steps--) {
    const int16x8_t state = vldrhq_s16(h);
    vstrhq_s16(h, update(vqaddq_s16(products8(cell->u, state), vldrhq_s16(w)), state, cell->gates));
    h += h_stride;
    w += w_stride;
  }
}

void rnnp_mve_cell16_pair(const rnnp_cell_t *cell, const rnnp_rnn_run_t *a, const rnnp_rnn_run_t *b, uint32_t steps);
void rnnp_mve_project16_pair(const int16_t *matrix, int16_t *a, int16_t *b);

/* One state through a sequence. */
INLINE void sequence16(const int16_t *u, const int16_t *gates, int16_t *h, const int16_t *w, int32_t w_stride, uint32_t steps) {
  state_t state = {vldrhq_s16(h), vldrhq_s16(h + 8)};
  for (; steps > 0; steps--) {
    const int16x8_t low = vqaddq_s16(products16(u, state, false), vldrhq_s16(w));
    const int16x8_t high = vqaddq_s16(products16(u + 128, state, false), vldrhq_s16(w + 8));
    state.low = update(low, state.low, gates);
    state.high = update(high, state.high, gates + 16);
    w += w_stride;
  }
  vstrhq_s16(h, state.low);
  vstrhq_s16(h + 8, state.high);
}

void rnnp_rnn_pair_mve(const rnnp_cell_t *cell, const rnnp_rnn_run_t *a, const rnnp_rnn_run_t *b, uint32_t steps) {
  if (cell->size != 16) {
    rnnp_rnn_steps_mve(cell, a->h, a->h_stride, a->w, a->w_stride, steps);
    rnnp_rnn_steps_mve(cell, b->h, b->h_stride, b->w, b->w_stride, steps);
  } else if (steps > 0) {
    rnnp_mve_cell16_pair(cell, a, b, steps);
  }
}

void rnnp_rnn_steps_mve(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps) {
  if (cell->size == 8) {
    steps8(cell, h, h_stride, w, w_stride, steps);
    return;
  }
  if (cell->size != 16) {
    rnnp_rnn_steps_dsp(cell, h, h_stride, w, w_stride, steps);
    return;
  }
  if (h_stride == 0) {
    sequence16(cell->u, cell->gates, h, w, w_stride, steps);
    return;
  }
  /* an array: every other state is one of the first run */
  const rnnp_rnn_run_t first = {h, w, 2 * h_stride, 2 * w_stride};
  const rnnp_rnn_run_t second = {h + h_stride, w + w_stride, 2 * h_stride, 2 * w_stride};
  rnnp_rnn_pair_mve(cell, &first, &second, steps / 2);
  if (steps % 2 != 0) {
    const int32_t last = (int32_t)steps - 1;
    sequence16(cell->u, cell->gates, h + last * h_stride, w + last * w_stride, 0, 1);
  }
}

void rnnp_rnn_first_mve(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count) {
  if (cell->size % 8 != 0) {
    rnnp_rnn_first_dsp(cell, h, h_stride, w, w_stride, count);
    return;
  }
  for (; count > 0; count--) {
    for (uint32_t n = 0; n < cell->size; n += 8) {
      vstrhq_s16(h + n, update(vldrhq_s16(w + n), vdupq_n_s16(0), cell->gates + 2 * n));
    }
    h += h_stride;
    w += w_stride;
  }
}

void rnnp_rnn_project_mve(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out) {
  if (columns != 16 || rows % 8 != 0) {
    rnnp_rnn_project_dsp(matrix, rows, columns, p, out);
    return;
  }
  const state_t h = {vldrhq_s16(p), vldrhq_s16(p + 8)};
  for (uint32_t n = 0; n < rows; n += 8) {
    vstrhq_s16(out + n, products16(matrix + 16 * n, h, true));
  }
}

void rnnp_rnn_project_all_mve(const int16_t *matrix, uint32_t rows, uint32_t columns, int16_t *h, int32_t stride, uint32_t count) {
  uint32_t i = 0;
  if (rows == 16 && columns == 16) {
    for (; i + 1 < count; i += 2) {
      rnnp_mve_project16_pair(matrix, h, h + stride);
      h += 2 * stride;
    }
  }
  for (; i < count; i++) {
    rnnp_rnn_project_mve(matrix, rows, columns, h, h);
    h += stride;
  }
}

void rnnp_rnn_output_mve(const int16_t *h, uint32_t size, int8_t *out, uint32_t plane) {
  if (size % 8 != 0) {
    rnnp_rnn_output_dsp(h, size, out, plane);
    return;
  }
  const uint16x8_t planes = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane);
  for (const int16_t *end = h + size; h != end; h += 8) {
    const int16x8_t x = vrshrq_n_s16(vldrhq_s16(h), 6);
    vstrbq_scatter_offset_s16(out, planes, vreinterpretq_s16_s8(vqmovnbq_s16(vreinterpretq_s8_s16(x), x)));
    out += 8 * plane;
  }
}

/* What the assembly of rnnp_input_mve.S reads. */
typedef struct {
  const int16_t *weights;
  const int32_t *bias;
  int16_t *out;
  int32_t shift;  /* negative: to the right */
  uint32_t pairs; /* of outputs, a multiple of four */
  const int8_t *row;
  uint32_t blocks;      /* of four pixels */
  uint32_t block_bytes; /* from the end of a pixel's outputs to the next block */
  uint16_t planes[8];
  uint32_t pixels[RNNP_BLOCK]; /* where those of the output begin, in bytes */
} rnnp_mve_input_t;

void rnnp_mve_input8(rnnp_mve_input_t *input);

void rnnp_rnn_input_row_mve(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, uint32_t blocks, int16_t *acts,
                            int16_t *out) {
  if (input->channels != 8 || input->size % 8 != 0) {
    for (uint32_t i = 0; i < blocks; i++) {
      rnnp_rnn_input_s8_dsp(input, row + i * RNNP_BLOCK, plane, acts, out + i * RNNP_BLOCK * input->size);
    }
    return;
  }
  rnnp_mve_input_t run; /* in fields, because a compiler clears the arrays of an initializer */
  run.weights = input->weights;
  run.bias = input->bias;
  run.out = out;
  run.shift = -(int32_t)input->shift;
  run.pairs = input->size / 2;
  run.row = row;
  run.blocks = blocks;
  run.block_bytes = 2 * (RNNP_BLOCK - 1) * input->size;
  vst1q_u16(run.planes, vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane));
  vst1q_u32(run.pixels, vmulq_n_u32(vidupq_n_u32(0, 2), input->size));
  rnnp_mve_input8(&run);
}

void rnnp_rnn_input_s8_mve(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out) {
  rnnp_rnn_input_row_mve(input, row, plane, 1, acts, out);
}

#endif
