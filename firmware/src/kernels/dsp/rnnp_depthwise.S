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

/* Stack frame: the arguments in registers, then the caller's */
#define ACTS 0
#define LOCALS 4
#define PARAMS_END (LOCALS + 36)
#define PLANE (PARAMS_END + 4)
#define ZERO (PARAMS_END + 8)

/* r8-r10 rows, r11 taps (4 bytes ahead of a channel's), lr parameters; r4-r7 the four sums */

/* Outer taps of a row at r11 + \outer, the middle one in half \half of the word at r11 + \middle. */
.macro ROW_S1 row, outer, writeback, middle, half, last
  ldr r0, [\row]
  ldr r2, [\row, #2]
  ldr r12, [r11, #\outer]\writeback
  sxtb16 r1, r0, ror #8
  sxtb16 r0, r0
  sxtb16 r3, r2, ror #8
  sxtb16 r2, r2
  smlad r4, r0, r12, r4
  smlad r5, r1, r12, r5
  smlad r6, r2, r12, r6
  smlad r7, r3, r12, r7
  ldr r12, [r11, #\middle]\last
  smlab\half r4, r1, r12, r4
  smlab\half r5, r2, r12, r5
  smlab\half r6, r3, r12, r6
  smlat\half r7, r2, r12, r7
.endm

.macro ROW_S2 row, outer, writeback, middle, half, last
  ldr r0, [\row]
  ldr r2, [\row, #4]
  ldr r12, [r11, #\outer]\writeback
  sxtb16 r1, r0, ror #8
  sxtb16 r0, r0
  sxtb16 r3, r2, ror #8
  sxtb16 r2, r2
  smlad r4, r0, r12, r4
  smlad r6, r2, r12, r6
  pkhtb r0, r2, r0, asr #16   /* (2, 6): moves element 2 to the low half */
  pkhbt r0, r0, r2, lsl #16   /* (2, 4) */
  smlad r5, r0, r12, r5
  ldrsb r0, [\row, #8]
  lsr r2, r2, #16
  pkhbt r2, r2, r0, lsl #16   /* (6, 8) */
  smlad r7, r2, r12, r7
  ldr r12, [r11, #\middle]\last
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

.macro CHANNEL row_macro, offset
  ldr r4, [lr], #4
  mov r5, r4
  mov r6, r4
  mov r7, r4
  \row_macro r8, 4, !, 12, b
  \row_macro r9, 4, , 12, t
  \row_macro r10, 8, , 16, b, !
  ldr r3, [sp, #PLANE]
  ldr r2, [sp, #ZERO]
  ldr r0, [sp, #ACTS]
  ldr r1, [lr], #4
  add r8, r8, r3
  add r9, r9, r3
  add r10, r10, r3
  STORE r4, (\offset)
  STORE r5, (\offset + 4)
  STORE r6, (\offset + 8)
  STORE r7, (\offset + 12)
.endm

.macro DEPTHWISE name, row_macro
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
  str r3, [sp, #ACTS]
  ldm r0, {r8-r10}
1:
  CHANNEL \row_macro, 0
  CHANNEL \row_macro, 2
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
  DEPTHWISE rnnp_depthwise_s1_x4, ROW_S1
  DEPTHWISE rnnp_depthwise_s2_x4, ROW_S2

#endif
