/* RNNPool as an operator: a map of 8x8 pixels and two channels becomes 4x4 pixels and 16 channels. Prints one of these. */
#include <stdio.h>

#include "rnnp/rnnp_rnnpool.h"

#define STATES 4u

int main(void) {
  static const rnnp_rnnpool_params_t params = {
    .in_width = 8, .in_height = 8, .in_channels = 2, .patch = 6, .stride = 2, .hidden1 = STATES, .hidden2 = STATES, .shift = 6};
  /* Two states in turn, each with its two channels: the first two see one channel each, the others their sum and difference. Q13 << 6. */
  static const int16_t w1[2 * STATES] = {4096, 0, 0, 4096, 2048, 2048, 2048, -2048};
  static const int32_t b1[STATES] = {0, 0, 0, 0};
  static const int16_t u[STATES * STATES] = {4096, 0, 0, 0, 0, 4096, 0, 0, 0, 0, 4096, 0, 0, 0, 0, 4096};
  static const int16_t gates[2 * STATES] = {8192, 8192, 0, 0, 8192, 8192, 0, 0};
  static const rnnp_rnnpool_weights_t weights = {.w1 = w1, .b1 = b1, .u1 = u, .gates1 = gates, .w2 = u, .u2 = u, .gates2 = gates};
  static uint64_t memory[256];
  int8_t input[8 * 8 * 2];
  int8_t output[4 * 4 * 4 * STATES];

  for (int i = 0; i < 64; i++) {
    input[2 * i] = (int8_t)(8 * (i % 8));      /* brighter to the right */
    input[2 * i + 1] = (int8_t)(-8 * (i / 8)); /* darker to the bottom */
  }
  const rnnp_rnnpool_context_t ctx = {memory, rnnp_rnnpool_s8_get_buffer_size(&params)};
  if (ctx.size < 0 || (size_t)ctx.size > sizeof memory) {
    printf("%d bytes are needed\n", (int)ctx.size);
    return 1;
  }
  const rnnp_status_t status = rnnp_rnnpool_s8(&ctx, &params, &weights, input, output);
  if (status != RNNP_OK) {
    printf("%s\n", rnnp_status_name(status));
    return 1;
  }
  const uint32_t width = rnnp_rnnpool_out_width(&params);
  const int8_t *middle = output + (width / 2 * width + width / 2) * 4 * STATES;
  printf("%ux%u pixels; one of them:", (unsigned)width, (unsigned)rnnp_rnnpool_out_height(&params));
  for (uint32_t c = 0; c < 4 * STATES; c++) {
    printf(" %d", middle[c]);
  }
  printf("\n");
  return 0;
}
