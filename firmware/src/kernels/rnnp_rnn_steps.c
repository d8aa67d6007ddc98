#include "rnnp_sums.h"

#define ONE 8192

/* h' from the pre-activation a = w + U h (already saturated) and h; `gates` are those of the state's pair. */
static int16_t update(int32_t a, int32_t h, const int16_t *gates, uint32_t lane) {
  int32_t z = (a + gates[lane]) >> 1;
  int32_t c = a + gates[2 + lane];
  /* one comparison where there is nothing to clamp */
  if ((uint32_t)z >= ONE) {
    z = z < 0 ? 0 : ONE - 1;
  }
  if ((uint32_t)(c + ONE) >= 2 * ONE) {
    c = c < 0 ? -ONE : ONE - 1;
  }
  return (int16_t)(c + ((z * (h - c)) >> 13));
}

bool rnnp_rnn_bounded(const int16_t *u, uint32_t size) {
  for (uint32_t n = 0; n < size; n++) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < size; k++) {
      sum += *u < 0 ? -*u : *u;
      u++;
    }
    if (sum > INT16_MAX) {
      return false;
    }
  }
  return true;
}

void rnnp_rnn_steps_c(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t steps) {
  int32_t sums[RNNP_MOST_STATES];
  for (; steps > 0; steps--) {
    rnnp_row_sums(cell->u, cell->size, cell->size, h, sums);
#if RNNP_THUMB1
    rnnp_thumb1_update(sums, w, cell->gates, h, 2 * cell->size);
#else
    for (uint32_t n = 0; n < cell->size; n++) {
      int32_t u = rnnp_sat16(sums[n] >> 13);
      h[n] = update(rnnp_sat16(w[n] + u), h[n], cell->gates + (n / 2) * 4, n % 2);
    }
#endif
    h += h_stride;
    w += w_stride;
  }
}

void rnnp_rnn_first_c(const rnnp_cell_t *cell, int16_t *h, int32_t h_stride, const int16_t *w, int32_t w_stride, uint32_t count) {
  for (; count > 0; count--) {
    for (uint32_t n = 0; n < cell->size; n++) {
      h[n] = update(w[n], 0, cell->gates + (n / 2) * 4, n % 2);
    }
    h += h_stride;
    w += w_stride;
  }
}

void rnnp_rnn_output_c(const int16_t *h, uint32_t size, int8_t *out, uint32_t plane) {
  for (uint32_t n = 0; n < size; n++) {
    *out = rnnp_sat8((h[n] + 32) >> 6);
    out += plane;
  }
}

void rnnp_rnn_project_c(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out) {
  int32_t sums[RNNP_MOST_STATES];
  rnnp_row_sums(matrix, rows, columns, p, sums);
  for (uint32_t n = 0; n < rows; n++) {
    out[n] = rnnp_sat16((sums[n] + ONE / 2) >> 13);
  }
}
