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

void rnnp_im2col_3x3(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride, int16_t *acts) {
  const uint32_t period = (3 * channels + 3) & ~3u;
  int8_t *out = (int8_t *)acts;
  if (channels == 1 && stride == 2) {
    /* The fourth element of a row meets a weight of 0. */
#pragma GCC unroll 3
    for (uint32_t ky = 0; ky < 3; ky++) {
#pragma GCC unroll 4
      for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
        memcpy(out + 16 * i, rows[ky] + 2 * i, 4);
      }
      out += 4;
    }
    return;
  }
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

/* Positions of taps as in rnnp_depthwise.c. A compiler adds addresses where the loads have offsets, hence the assembly. */
#define NEXT_TO(row, column) "[%[" #row "], #" #column "]"
#define APART(row, column) "[%[" #row "], %q[at" #column "]]"
#define TAP(load, row, column, to, tap)                                                                                                    \
  "vldrb.s32 " #to ", " load(row, column) "\n\tldrsh %[t], [%[taps], #" #tap "]\n\tvmla.s32 %q[sum], " #to ", %[t]\n\t"
#define TAPS(load)                                                                                                                         \
  TAP(load, row0, 0, q0, 0)                                                                                                                \
  TAP(load, row0, 1, q1, 12)                                                                                                               \
  TAP(load, row0, 2, q0, 2)                                                                                                                \
  TAP(load, row1, 0, q1, 4)                                                                                                                \
  TAP(load, row1, 1, q0, 14)                                                                                                               \
  TAP(load, row1, 2, q1, 6)                                                                                                                \
  TAP(load, row2, 0, q0, 8)                                                                                                                \
  TAP(load, row2, 1, q1, 16)                                                                                                               \
  TAP(load, row2, 2, q0, 10)

static inline __attribute__((always_inline)) void depthwise(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t step,
                                                            const int16_t *taps, const int32_t *params, int32_t zero, int16_t *acts) {
  const uint32_t stride = rnnp_act_stride(channels);
  const uint32x4_t pixels = vmulq_n_u32(vidupq_n_u32(0, 1), stride);
  const uint32x4_t at0 = vidupq_n_u32(0, 2);
  const uint32x4_t at1 = vidupq_n_u32(1, 2);
  const uint32x4_t at2 = vidupq_n_u32(2, 2);
  const int8_t *row0 = rows[0];
  const int8_t *row1 = rows[1];
  const int8_t *row2 = rows[2];
  int8_t *out = (int8_t *)acts;
  for (uint32_t left = channels; left > 0; out += 16 * RNNP_BLOCK - 16) {
    const uint32_t count = left < 16 ? left : 16;
    for (const int8_t *end = out + count; out != end; out++) {
      int32x4_t sum = vdupq_n_s32(params[0]);
      int32_t t;
      if (step == 1) {
        __asm__(TAPS(NEXT_TO)
                : [sum] "+w"(sum), [t] "=&r"(t)
                : [row0] "r"(row0), [row1] "r"(row1), [row2] "r"(row2), [taps] "r"(taps)
                : "q0", "q1", "memory");
      } else {
        __asm__(TAPS(APART)
                : [sum] "+w"(sum), [t] "=&r"(t)
                : [row0] "r"(row0), [row1] "r"(row1), [row2] "r"(row2), [taps] "r"(taps), [at0] "w"(at0), [at1] "w"(at1), [at2] "w"(at2)
                : "q0", "q1", "memory");
      }
      const int32x4_t x = vaddq_n_s32(vrmulhq_s32(sum, vdupq_n_s32(params[1])), zero);
      vstrbq_scatter_offset_s32(out, pixels, rnnp_mve_sat8(x));
      row0 += plane;
      row1 += plane;
      row2 += plane;
      taps += 10;
      params += 2;
    }
    left -= count;
  }
}

void rnnp_depthwise_s1_mve(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                           int32_t zero, int16_t *acts) {
  depthwise(rows, plane, channels, 1, taps, params, zero, acts);
}

void rnnp_depthwise_s2_mve(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                           int32_t zero, int16_t *acts) {
  depthwise(rows, plane, channels, 2, taps, params, zero, acts);
}

#endif
