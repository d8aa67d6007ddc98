/* The instructions of the Cortex-M DSP extension that the kernels use (names as in the architecture manual). */
#ifndef RNNP_DSP_H
#define RNNP_DSP_H

#include <stdint.h>
#include <string.h>

/* One LDR; Cortex-M4 loads unaligned words. */
static inline uint32_t rnnp_load32(const void *p) {
  uint32_t x;
  memcpy(&x, p, sizeof x);
  return x;
}

#define RNNP_DSP_OP2(name, text)                                                                                                           \
  static inline uint32_t rnnp_##name(uint32_t a, uint32_t b) {                                                                             \
    uint32_t r;                                                                                                                            \
    __asm__(text : "=r"(r) : "r"(a), "r"(b));                                                                                              \
    return r;                                                                                                                              \
  }

#define RNNP_DSP_OP1(name, text)                                                                                                           \
  static inline uint32_t rnnp_##name(uint32_t a) {                                                                                         \
    uint32_t r;                                                                                                                            \
    __asm__(text : "=r"(r) : "r"(a));                                                                                                      \
    return r;                                                                                                                              \
  }

RNNP_DSP_OP1(sxtb16, "sxtb16 %0, %1")
RNNP_DSP_OP1(sxtb16_ror8, "sxtb16 %0, %1, ror #8")
RNNP_DSP_OP1(usat16_13, "usat16 %0, #13, %1")
RNNP_DSP_OP1(ssat16_14, "ssat16 %0, #14, %1")
RNNP_DSP_OP1(ssat8_asr6, "ssat %0, #8, %1, asr #6")
RNNP_DSP_OP1(ssat16_asr13, "ssat %0, #16, %1, asr #13")
RNNP_DSP_OP2(pkhbt, "pkhbt %0, %1, %2, lsl #16")
RNNP_DSP_OP2(pkhtb, "pkhtb %0, %1, %2, asr #16")
RNNP_DSP_OP2(pkhtb_asr13, "pkhtb %0, %1, %2, asr #13")
RNNP_DSP_OP2(qadd16, "qadd16 %0, %1, %2")
RNNP_DSP_OP2(shadd16, "shadd16 %0, %1, %2")
RNNP_DSP_OP2(sadd16, "sadd16 %0, %1, %2")
RNNP_DSP_OP2(ssub16, "ssub16 %0, %1, %2")
RNNP_DSP_OP2(smulbb, "smulbb %0, %1, %2")
RNNP_DSP_OP2(smultt, "smultt %0, %1, %2")

static inline uint32_t rnnp_smlad(uint32_t a, uint32_t b, uint32_t sum) {
  uint32_t r;
  __asm__("smlad %0, %1, %2, %3" : "=r"(r) : "r"(a), "r"(b), "r"(sum));
  return r;
}

#endif
