/*
 * Depthwise 3x3, four pixels of a channel at a time, two channels in a turn.
 *
 * Stride 1: two loads and four SXTB16 of a row give the pairs (x-1, x+1), (x, x+2), (x+1, x+3) and (x+2, x+4); SMLAD takes the
 * outer taps, SMLAxy the middle one: 15 instructions and two loads of taps for 12 products. Stride 2: the outer pairs are (0, 2),
 * (2, 4), (4, 6), (6, 8), two of which PKHTB and PKHBT put together.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

/* Stack frame: the first three are loaded together */
#define ACTS 0
#define LOCALS 12
#define PARAMS_END (LOCALS + 36)
#define PLANE (PARAMS_END + 4)
#define ZERO (PARAMS_END + 8)

/* r8-r10 rows, r11 taps (4 bytes ahead of a channel's), lr parameters; r4-r7 the four sums */

/* Leaves (0, 2), (1, 3), (2, 4), (3, 5) in r0-r3. */
.macro LOAD_S1 row
  ldr r0, [\row]
  ldr r2, [\row, #2]
  sxtb16 r1, r0, ror #8
  sxtb16 r0, r0
  sxtb16 r3, r2, ror #8
  sxtb16 r2, r2
.endm

/* Outer taps in r12. The sums start from r4 where `first` is set: they need no copies of the bias. */
.macro OUTER_S1 row, first
.if \first
  smlad r5, r1, r12, r4
  smlad r6, r2, r12, r4
  smlad r7, r3, r12, r4
  smlad r4, r0, r12, r4
.else
  smlad r4, r0, r12, r4
  smlad r5, r1, r12, r5
  smlad r6, r2, r12, r6
  smlad r7, r3, r12, r7
.endif
.endm

/* The middle tap in half \half of r12. */
.macro MIDDLE_S1 half
  smlab\half r4, r1, r12, r4
  smlab\half r5, r2, r12, r5
  smlab\half r6, r3, r12, r6
  smlat\half r7, r2, r12, r7
.endm

/* Leaves (0, 2), (1, 3), (4, 6), (5, 7) in r0-r3. */
.macro LOAD_S2 row
  ldr r0, [\row]
  ldr r2, [\row, #4]
  sxtb16 r1, r0, ror #8
  sxtb16 r0, r0
  sxtb16 r3, r2, ror #8
  sxtb16 r2, r2
.endm

.macro OUTER_S2 row, first
.if \first
  smlad r6, r2, r12, r4
  pkhtb r5, r2, r0, asr #16   /* (2, 6): moves element 2 to the low half */
  pkhbt r5, r5, r2, lsl #16   /* (2, 4) */
  ldrsb r7, [\row, #8]
  lsr r2, r2, #16
  pkhbt r7, r2, r7, lsl #16   /* (6, 8) */
  smlad r5, r5, r12, r4
  smlad r7, r7, r12, r4
  smlad r4, r0, r12, r4
.else
  smlad r4, r0, r12, r4
  smlad r6, r2, r12, r6
  pkhtb r0, r2, r0, asr #16
  pkhbt r0, r0, r2, lsl #16
  smlad r5, r0, r12, r5
  ldrsb r0, [\row, #8]
  lsr r2, r2, #16
  pkhbt r2, r2, r0, lsl #16
  smlad r7, r2, r12, r7
.endif
.endm

.macro MIDDLE_S2 half
  smlab\half r4, r1, r12, r4
  smlat\half r5, r1, r12, r5
  smlab\half r6, r3, r12, r6
  smlat\half r7, r3, r12, r7
.endm

.macro STORE accumulator, offset
  smmlar \accumulator, \accumulator, r1, r2
  ssat \accumulator, #8, \accumulator
  strh \accumulator, [r0, #\offset]
.endm

/* The middle taps of the first two rows are one word, which the second row uses before it loads its outer ones. */
.macro CHANNEL form, offset
  ldr r4, [lr], #4
  LOAD_\form r8
  ldr r12, [r11, #4]!
  OUTER_\form r8, 1
  ldr r12, [r11, #12]
  MIDDLE_\form b
  LOAD_\form r9
  MIDDLE_\form t
  ldr r12, [r11, #4]
  OUTER_\form r9, 0
  LOAD_\form r10
  ldr r12, [r11, #8]
  OUTER_\form r10, 0
  ldr r12, [r11, #16]!
  MIDDLE_\form b
  ldm sp, {r0, r2, r3}
  ldr r1, [lr], #4
  add r8, r8, r3
  add r9, r9, r3
  add r10, r10, r3
  STORE r4, (\offset)
  STORE r5, (\offset + 4)
  STORE r6, (\offset + 8)
  STORE r7, (\offset + 12)
.endm

.macro DEPTHWISE name, form
  .section .text.\name, "ax", %progbits
  .global \name
  .type \name, %function
  .thumb_func
  .balign 4
\name:
  push {r4-r11, lr}
  sub sp, sp, #LOCALS
  sub r11, r1, #4
  mov lr, r2
  ldrd r4, r5, [sp, #PLANE]
  stm sp, {r3, r5}
  str r4, [sp, #8]
  ldm r0, {r8-r10}
1:
  CHANNEL \form, 0
  CHANNEL \form, 2
  ldr r1, [sp, #PARAMS_END]
  add r0, r0, #16
  str r0, [sp, #ACTS]
  cmp lr, r1
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
  .size \name, . - \name
.endm

/* void name(rows, taps, params, acts, params_end, plane, zero): an even number of channels, at least two */
  DEPTHWISE rnnp_depthwise_s1_x4, S1
  DEPTHWISE rnnp_depthwise_s2_x4, S2

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
