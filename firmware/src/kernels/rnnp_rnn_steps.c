#include "rnnp/rnnp_kernels.h"

#define MAX_SIZE 64u
#define ONE 8192

/* h' from the pre-activation a = w + U h (already saturated) and h; `gates` are those of the state's pair. */
static int16_t update(int32_t a, int32_t h, const int16_t *gates, uint32_t lane) {
  int32_t z = rnnp_clamp((a + gates[lane]) >> 1, 0, ONE - 1);
  int32_t c = rnnp_clamp(a + gates[2 + lane], -ONE, ONE - 1);
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
  int16_t next[MAX_SIZE];
  for (; steps > 0; steps--) {
    const int16_t *row = cell->u;
    for (uint32_t n = 0; n < cell->size; n++) {
      int32_t sum = 0;
      for (uint32_t k = 0; k < cell->size; k++) {
        sum += row[k] * h[k];
      }
      row += cell->size;
      int32_t u = rnnp_clamp(sum >> 13, INT16_MIN, INT16_MAX);
      next[n] = update(rnnp_clamp(w[n] + u, INT16_MIN, INT16_MAX), h[n], cell->gates + (n / 2) * 4, n % 2);
    }
    for (uint32_t n = 0; n < cell->size; n++) {
      h[n] = next[n];
    }
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
    *out = (int8_t)rnnp_clamp((h[n] + 32) >> 6, -128, 127);
    out += plane;
  }
}

void rnnp_rnn_project_c(const int16_t *matrix, uint32_t rows, uint32_t columns, const int16_t *p, int16_t *out) {
  int16_t result[MAX_SIZE];
  for (uint32_t n = 0; n < rows; n++) {
    int32_t sum = ONE / 2;
    for (uint32_t k = 0; k < columns; k++) {
      sum += matrix[n * columns + k] * p[k];
    }
    result[n] = (int16_t)rnnp_clamp(sum >> 13, INT16_MIN, INT16_MAX);
  }
  for (uint32_t n = 0; n < rows; n++) {
    out[n] = result[n];
  }
}
