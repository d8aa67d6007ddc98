/* RNNPool for cores with 16-bit Thumb instructions only: cells of 16 states, and input terms of eight channels. */
#include "rnnp/rnnp_kernels.h"

#include <stddef.h>

#if RNNP_THUMB1

#define STATES 16u
#define ONE 8192

/* What the assembly of rnnp_cell_thumb1.S reads. */
typedef struct {
  const rnnp_thumb1_cell_t *cell;
  int16_t *h;
  int32_t h_step; /* in bytes, as that of w */
  const int16_t *w;
  int32_t w_step;
  uint32_t states;
  uint32_t steps; /* of each state; 0: the first step */
  uint32_t left;
  int32_t words[2 * STATES];
} rnnp_thumb1_steps_t;

void rnnp_thumb1_steps16(rnnp_thumb1_steps_t *steps);

/*
 * Whether w + U h need not be saturated: sums fit 16 bits, and a sum of both beyond 16 bits has the gates of the saturated one, 0 or 8191
 * and -8192 or 8191.
 */
static bool unsaturated(const rnnp_cell_t *cell) {
  for (uint32_t n = 0; n < 2 * STATES; n += 4) {
    const int16_t *gates = cell->gates + n;
    for (uint32_t i = 0; i < 2; i++) {
      if (gates[i] < -16385 || gates[2 + i] < -24576 || gates[2 + i] > 24576) {
        return false;
      }
    }
  }
  return cell->bounded;
}

void rnnp_thumb1_prepare(rnnp_cell_t *cell, rnnp_thumb1_cell_t *memory) {
  cell->prepared = NULL;
  if (cell->size != STATES || !unsaturated(cell)) {
    return;
  }
  int32_t *out = memory->rows;
  for (uint32_t n = 0; n < STATES; n += 4) {
    const int16_t *row = cell->u + n * STATES;
    int32_t *sums = out;
    sums[0] = sums[1] = sums[2] = sums[3] = 0;
    out += 4;
    for (uint32_t k = 0; k < STATES; k++) {
      for (uint32_t i = 0; i < 4; i++) {
        const int32_t element = row[i * STATES + k];
        *out++ = element;
        sums[i] -= ONE * element;
      }
    }
  }
  for (uint32_t n = 0; n < STATES; n++) {
    const int16_t *gates = cell->gates + (n / 2) * 4 + n % 2;
    memory->gates[2 * n] = gates[0];
    memory->gates[2 * n + 1] = gates[2] + ONE;
  }
  cell->prepared = memory;
}

static void run(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t states,
                uint32_t steps) {
  rnnp_thumb1_steps_t all; /* the words need no values */
  all.cell = cell->prepared;
  all.h = h;
  all.h_step = 2 * h_stride;
  all.w = w;
  all.w_step = 2 * w_stride;
  all.states = states;
  all.steps = steps;
  rnnp_thumb1_steps16(&all);
}

void rnnp_rnn_steps_t1(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps) {
  if (!cell->prepared) {
    rnnp_rnn_steps_c(cell, h, h_stride, w, w_stride, steps);
    return;
  }
  if (steps > 0) {
    run(cell, h, h_stride, w, w_stride, h_stride == 0 ? 1 : steps, h_stride == 0 ? steps : 1);
  }
}

void rnnp_rnn_first_t1(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count) {
  if (!cell->prepared) {
    rnnp_rnn_first_c(cell, h, h_stride, w, w_stride, count);
    return;
  }
  if (count > 0) {
    run(cell, h, h_stride, w, w_stride, count, 0);
  }
}

/* What the assembly of rnnp_input_thumb1.S reads. */
typedef struct {
  const int32_t *words;
  const int16_t *weights;
  const int32_t *bias;
  int16_t *out;
  uint32_t step; /* between pixels of the output, in bytes */
  uint32_t shift;
  uint32_t pairs; /* of outputs */
} rnnp_thumb1_input_t;

void rnnp_thumb1_input8(rnnp_thumb1_input_t *input);

void rnnp_rnn_input_s8_t1(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out) {
  if (input->channels != 8) {
    rnnp_rnn_input_s8_c(input, row, plane, acts, out);
    return;
  }
  int32_t words[8 * RNNP_BLOCK];
  for (uint32_t c = 0; c < 8; c++) {
    int32_t *to = words + c * RNNP_BLOCK;
    to[0] = row[0];
    to[1] = row[1];
    to[2] = row[2];
    to[3] = row[3];
    row += plane;
  }
  rnnp_thumb1_input_t run = {words, input->weights, input->bias, out, 2 * input->size, input->shift, input->size / 2};
  rnnp_thumb1_input8(&run);
}

#endif
