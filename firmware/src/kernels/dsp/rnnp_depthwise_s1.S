/*
 * Depthwise 3x3, stride 1, four pixels of a channel at a time. Two loads and four SXTB16 of a row give the pairs (x-1, x+1),
 * (x, x+2), (x+1, x+3) and (x+2, x+4); SMLAD takes the outer taps, SMLAxy the middle one: 16 instructions for 12 products.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .cpu cortex-m4
  .thumb

/* Stack frame: the arguments in registers, then the caller's */
#define PARAMS 0
#define ACTS 4
#define LOCALS 8
#define PARAMS_END (LOCALS + 36)
#define PLANE (PARAMS_END + 4)
#define ZERO (PARAMS_END + 8)

/* Outer taps of a row at r11 + \outer, middle tap in half \half of the word at r11 + \middle. */
.macro ROW row, outer, middle, half
  ldr r0, [\row]
  ldr r2, [\row, #2]
  ldr r12, [r11, #\outer]
  sxtb16 r1, r0, ror #8
  sxtb16 r0, r0
  sxtb16 r3, r2, ror #8
  sxtb16 r2, r2
  smlad r4, r0, r12, r4
  smlad r5, r1, r12, r5
  smlad r6, r2, r12, r6
  smlad r7, r3, r12, r7
  ldr r12, [r11, #\middle]
  smlab\half r4, r1, r12, r4
  smlab\half r5, r2, r12, r5
  smlab\half r6, r3, r12, r6
  smlat\half r7, r2, r12, r7
.endm

.macro STORE accumulator, offset
  smmlar \accumulator, \accumulator, r1, r2
  ssat \accumulator, #8, \accumulator
  strh \accumulator, [r0, #\offset]
.endm

/* void rnnp_depthwise_s1_x4(rows, taps, params, acts, params_end, plane, zero) */
  .section .text.rnnp_depthwise_s1_x4, "ax", %progbits
  .global rnnp_depthwise_s1_x4
  .type rnnp_depthwise_s1_x4, %function
  .thumb_func
  .balign 4
rnnp_depthwise_s1_x4:
  push {r4-r11, lr}
  sub sp, sp, #LOCALS
  mov r11, r1
  str r3, [sp, #ACTS]
  ldm r0, {r8-r10}
1:
  ldr r4, [r2], #8
  str r2, [sp, #PARAMS]
  mov r5, r4
  mov r6, r4
  mov r7, r4
  ROW r8, 0, 12, b
  ROW r9, 4, 12, t
  ROW r10, 8, 16, b
  add r11, r11, #20
  ldr r3, [sp, #PLANE]
  ldr r0, [sp, #ACTS]
  ldr lr, [sp, #PARAMS]
  add r8, r8, r3
  add r9, r9, r3
  add r10, r10, r3
  ldr r1, [lr, #-4]
  ldr r2, [sp, #ZERO]
  STORE r4, 0
  STORE r5, 4
  STORE r6, 8
  STORE r7, 12
  /* from the even to the odd half of a word, or to the next four words */
  eor r3, r0, #2
  tst r0, #2
  it ne
  addne r3, r3, #16
  str r3, [sp, #ACTS]
  mov r2, lr
  ldr r0, [sp, #PARAMS_END]
  cmp r2, r0
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
  .size rnnp_depthwise_s1_x4, . - rnnp_depthwise_s1_x4

#endif
