/* Activations of convolutions with Helium: gathered from planes, and the output of depthwise convolutions. */
#include "rnnp/rnnp_kernels.h"

#if RNNP_MVE

#include <string.h>

#include "rnnp_mve.h"

/* Offsets of eight planes: a plane is a row of at most 1,024 pixels and its padding. */
static inline uint16x8_t planes_of(uint32_t plane) { return vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane); }

/* `channels` channels of four pixels, as the elements from `k` on, a multiple of 8 if there are more than 8 channels. */
static inline __attribute__((always_inline)) void gather(const int8_t *row, uint32_t plane, uint32_t channels, uint32_t k, uint32_t stride,
                                                         int8_t *acts) {
  const uint16x8_t planes = planes_of(plane);
  int32_t left = (int32_t)channels;
  for (; left >= 8; left -= 8) {
    int8_t *out = acts + rnnp_act(k, 0, stride);
    vstrbq_s16(out, vldrbq_gather_offset_s16(row, planes));
    vstrbq_s16(out + stride, vldrbq_gather_offset_s16(row + 1, planes));
    vstrbq_s16(out + 2 * stride, vldrbq_gather_offset_s16(row + 2, planes));
    vstrbq_s16(out + 3 * stride, vldrbq_gather_offset_s16(row + 3, planes));
    row += 8 * plane;
    k += 8;
  }
  if (left > 0) {
    const mve_pred16_t valid = vctp16q((uint32_t)left);
    int8_t *out = acts + rnnp_act(k, 0, stride);
    vstrbq_p_s16(out, vldrbq_gather_offset_z_s16(row, planes, valid), valid);
    vstrbq_p_s16(out + stride, vldrbq_gather_offset_z_s16(row + 1, planes, valid), valid);
    vstrbq_p_s16(out + 2 * stride, vldrbq_gather_offset_z_s16(row + 2, planes, valid), valid);
    vstrbq_p_s16(out + 3 * stride, vldrbq_gather_offset_z_s16(row + 3, planes, valid), valid);
  }
}

void rnnp_unpack_s8_mve(const int8_t *row, uint32_t plane, uint32_t channels, int16_t *acts) {
  gather(row, plane, channels, 0, rnnp_act_stride(channels), (int8_t *)acts);
}

/* The usual first layer, one channel and stride 2. The fourth element of a row meets a weight of 0. */
static inline __attribute__((always_inline)) void gather_grey_s2(const int8_t *const rows[3], int8_t *out) {
  const int8_t *const row0 = rows[0];
  const int8_t *const row1 = rows[1];
  const int8_t *const row2 = rows[2];
#pragma GCC unroll 4
  for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
    memcpy(out + 16 * i, row0 + 2 * i, 4);
    memcpy(out + 16 * i + 4, row1 + 2 * i, 4);
    memcpy(out + 16 * i + 8, row2 + 2 * i, 4);
  }
}

static __attribute__((noinline)) void gather_any(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride,
                                                 int8_t *out) {
  const uint32_t period = (3 * channels + 3) & ~3u;
  const uint32_t act_stride = rnnp_act_stride(3 * period);
  for (uint32_t ky = 0; ky < 3; ky++) {
    uint32_t k = ky * period;
    if (stride == 1 && channels % 8 == 0) {
      for (uint32_t kx = 0; kx < 3; kx++) {
        gather(rows[ky] + kx, plane, channels, k, 16, out);
        k += channels;
      }
      continue;
    }
    for (uint32_t kx = 0; kx < 3; kx++) {
      for (uint32_t c = 0; c < channels; c++) {
        for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
          out[rnnp_act(k, i, act_stride)] = rows[ky][c * plane + kx + i * stride];
        }
        k++;
      }
    }
  }
}

void rnnp_im2col_3x3(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride, int16_t *acts) {
  if (channels == 1 && stride == 2) {
    gather_grey_s2(rows, (int8_t *)acts);
  } else {
    gather_any(rows, plane, channels, stride, (int8_t *)acts);
  }
}

/* What the assembly of rnnp_depthwise_mve.S reads. */
typedef struct {
  const int8_t *rows[3];
  const int16_t *taps;
  const int32_t *params;
  const int32_t *end; /* of params */
  uint32_t blocks;
  int32_t next;
  int32_t zero;
} rnnp_mve_depthwise_t;

void rnnp_mve_depthwise_s1(rnnp_mve_depthwise_t *row);
void rnnp_mve_depthwise_s2(rnnp_mve_depthwise_t *row);

void rnnp_depthwise_row_mve(const rnnp_depthwise_t *depthwise, const int8_t *const rows[3], uint32_t width) {
  const uint32_t blocks = (width + RNNP_BLOCK - 1) / RNNP_BLOCK;
  rnnp_mve_depthwise_t row = {
    .rows = {rows[0], rows[1], rows[2]},
    .taps = depthwise->taps,
    .params = depthwise->params,
    .end = depthwise->params + 2 * depthwise->channels,
    .blocks = blocks,
    .next = (int32_t)depthwise->plane - (int32_t)(blocks * RNNP_BLOCK * depthwise->stride),
    .zero = depthwise->zero,
  };
  (depthwise->stride == 1 ? rnnp_mve_depthwise_s1 : rnnp_mve_depthwise_s2)(&row);
}

#endif
