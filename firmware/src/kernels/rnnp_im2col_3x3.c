#include "rnnp/rnnp_kernels.h"

#if !RNNP_MVE && !RNNP_THUMB1

/* Any number of channels and either stride, an element at a time. */
static void gather(const int8_t *row, uint32_t plane, uint32_t channels, uint32_t stride, int16_t *acts) {
  uint32_t k = 0;
  for (uint32_t kx = 0; kx < 3; kx++) {
    for (uint32_t c = 0; c < channels; c++) {
      const int8_t *p = row + c * plane + kx;
      int16_t *out = acts + (k / 2) * 2 * RNNP_BLOCK + k % 2;
      for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
        out[2 * i] = p[i * stride];
      }
      k++;
    }
  }
  for (; k % 4 != 0; k++) {
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      acts[(k / 2) * 2 * RNNP_BLOCK + 2 * i + k % 2] = 0;
    }
  }
}

#if defined(__ARM_FEATURE_DSP)
#include "dsp/rnnp_dsp.h"

/* The usual first layer, one channel and stride 2: two pairs of elements, the second half of the second of which meets a weight of 0. */
static void gather_grey_s2(const int8_t *row, int16_t *acts) {
  uint32_t *out = (uint32_t *)(void *)acts;
  uint32_t low = rnnp_load32(row);
  uint32_t high = rnnp_load32(row + 4);
  uint32_t low02 = rnnp_sxtb16(low);
  uint32_t low13 = rnnp_sxtb16_ror8(low);
  uint32_t high02 = rnnp_sxtb16(high);
  uint32_t high13 = rnnp_sxtb16_ror8(high);
  uint32_t p23 = rnnp_pkhtb(low13, low02);
  uint32_t p45 = rnnp_pkhbt(high02, high13);
  uint32_t p67 = rnnp_pkhtb(high13, high02);
  out[0] = rnnp_pkhbt(low02, low13);
  out[1] = p23;
  out[2] = p45;
  out[3] = p67;
  out[4] = p23;
  out[5] = p45;
  out[6] = p67;
  out[7] = (uint32_t)row[8];
}
#endif

void rnnp_im2col_3x3(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride, int16_t *acts) {
#if defined(__ARM_FEATURE_DSP)
  if (channels == 1 && stride == 2) {
    gather_grey_s2(rows[0], acts);
    gather_grey_s2(rows[1], acts + 4 * RNNP_BLOCK);
    gather_grey_s2(rows[2], acts + 8 * RNNP_BLOCK);
    return;
  }
#endif
  uint32_t step = ((3 * channels + 3) & ~3u) * RNNP_BLOCK;
  for (uint32_t ky = 0; ky < 3; ky++) {
    if (stride == 1 && channels % 4 == 0) {
      for (uint32_t kx = 0; kx < 3; kx++) {
        rnnp_unpack_s8(rows[ky] + kx, plane, channels, acts + kx * channels * RNNP_BLOCK);
      }
    } else {
      gather(rows[ky], plane, channels, stride, acts);
    }
    acts += step;
  }
}

#endif
