#include "rnnp/rnnp_kernels.h"

void rnnp_unpack_s8_c(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts) {
  for (uint32_t c = 0; c < channels; c += 2) {
    const int8_t *even = row + c * plane;
    const int8_t *odd = c + 1 < channels ? even + plane : even;
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      *acts++ = even[i];
      *acts++ = odd[i];
    }
  }
}

#if defined(__ARM_FEATURE_DSP)
#include "dsp/rnnp_dsp.h"

static inline void unpack_pair(const int8_t *row, const int8_t *odd_row, uint32_t *out) {
  uint32_t even = rnnp_load32(row);
  uint32_t odd = rnnp_load32(odd_row);
  uint32_t even02 = rnnp_sxtb16(even);
  uint32_t even13 = rnnp_sxtb16_ror8(even);
  uint32_t odd02 = rnnp_sxtb16(odd);
  uint32_t odd13 = rnnp_sxtb16_ror8(odd);
  out[0] = rnnp_pkhbt(even02, odd02);
  out[1] = rnnp_pkhbt(even13, odd13);
  out[2] = rnnp_pkhtb(odd02, even02);
  out[3] = rnnp_pkhtb(odd13, even13);
}

void rnnp_unpack_s8_dsp(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts) {
  uint32_t *out = (uint32_t *)(void *)acts;
  uint32_t *end = out + (channels / 2) * RNNP_BLOCK;
  for (; out != end; out += RNNP_BLOCK) {
    unpack_pair(row, row + plane, out);
    row += 2 * plane;
  }
  if (channels % 2 != 0) {
    unpack_pair(row, row, out);
  }
}
#endif
