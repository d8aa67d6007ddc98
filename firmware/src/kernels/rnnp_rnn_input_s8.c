#include "rnnp/rnnp_kernels.h"

void rnnp_rnn_input_s8_c(const rnnp_rnn_input_t *input, const int8_t *row, uint32_t plane, int16_t *acts, int16_t *out) {
  rnnp_unpack_s8_c(row, plane, input->channels, acts);
  rnnp_rnn_input_c(input->weights, input->bias, (input->channels + 1) / 2, input->size, input->shift, acts, out);
}
