/*
 * A recurrent cell of 16 states: h in eight registers, rows of U by LDM, two states' gates at a time.
 * About 20 instructions a state and step, of which 8 multiply.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

#include "rnnp_cell.inc"

/* Stack frame */
#define NEXT_H 0
#define W 32
#define GATES 64
#define U_AT 128
#define H_AT 132
#define W_AT 136
#define LOCALS 140
#define W_STRIDE (LOCALS + 36)
#define STEPS (W_STRIDE + 4) /* followed by H_STRIDE */
#define H_STRIDE (W_STRIDE + 8)

/* Two rows of 16 at lr times r4-r11, packed into r0. */
.macro ROWS bounded, bias=0
  ldm lr!, {r0-r3}
  smuad r12, r0, r4
  smlad r12, r1, r5, r12
  smlad r12, r2, r6, r12
  smlad r12, r3, r7, r12
  ldm lr!, {r0-r3}
  smlad r12, r0, r8, r12
  smlad r12, r1, r9, r12
  smlad r12, r2, r10, r12
  smlad r12, r3, r11, r12
  ldm lr!, {r0-r3}
  smuad r0, r0, r4
  smlad r0, r1, r5, r0
  smlad r0, r2, r6, r0
  smlad r0, r3, r7, r0
  ldm lr!, {r1-r3}
  smlad r0, r1, r8, r0
  smlad r0, r2, r9, r0
  smlad r0, r3, r10, r0
  ldr r1, [lr], #4
  smlad r0, r1, r11, r0
  PACK \bounded, \bias
.endm

.macro STATES h, index, bounded
  ROWS \bounded
  ldr r1, [sp, #(W + 4 * \index)]
  ldrd r2, r3, [sp, #(GATES + 8 * \index)]
  qadd16 r0, r0, r1
  UPDATE \h
  str r0, [sp, #(NEXT_H + 4 * \index)]
.endm

.macro ALL_STATES bounded
  STATES r4, 0, \bounded
  STATES r5, 1, \bounded
  STATES r6, 2, \bounded
  STATES r7, 3, \bounded
  STATES r8, 4, \bounded
  STATES r9, 5, \bounded
  STATES r10, 6, \bounded
  STATES r11, 7, \bounded
.endm

.macro STEPS_FUNCTION name, bounded
  .section .text.\name, "ax", %progbits
  .global \name
  .type \name, %function
  .thumb_func
  .balign 4
\name:
  push {r4-r11, lr}
  sub sp, sp, #LOCALS
  str r0, [sp, #U_AT]
  str r2, [sp, #H_AT]
  ldm r1!, {r4-r11}
  add r0, sp, #GATES
  stm r0!, {r4-r11}
  ldm r1, {r4-r11}
  stm r0, {r4-r11}
  ldr r1, [sp, #H_STRIDE]
  cmp r1, #0
  beq 2f
1: /* a state of its own for each step */
  ldm r3, {r4-r11}
  add r1, sp, #W
  stm r1, {r4-r11}
  ldr r1, [sp, #W_STRIDE]
  ldr lr, [sp, #U_AT]
  add r3, r3, r1
  ldm r2, {r4-r11}
  strd r2, r3, [sp, #H_AT]
  ALL_STATES \bounded
  ldrd r2, r3, [sp, #H_AT]
  ldrd r0, r1, [sp, #STEPS]
  ldm sp, {r4-r11}
  stm r2, {r4-r11}
  add r2, r2, r1
  subs r0, r0, #1
  str r0, [sp, #STEPS]
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
2: /* one state through all steps: it stays in NEXT_H until the end */
  ldm r2, {r4-r11}
  stm sp, {r4-r11}
3:
  ldm r3, {r4-r11}
  add r1, sp, #W
  ldr r2, [sp, #W_STRIDE]
  stm r1, {r4-r11}
  ldr lr, [sp, #U_AT]
  add r3, r3, r2
  str r3, [sp, #W_AT]
  ldm sp, {r4-r11}
  ALL_STATES \bounded
  ldr r0, [sp, #STEPS]
  ldr r3, [sp, #W_AT]
  subs r0, r0, #1
  str r0, [sp, #STEPS]
  bne 3b
  ldr r0, [sp, #H_AT]
  ldm sp, {r4-r11}
  stm r0, {r4-r11}
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
  .size \name, . - \name
.endm

/* void name(u, gates, h, w, w_stride bytes, steps > 0, h_stride bytes) */
  STEPS_FUNCTION rnnp_cell16_steps, 0
  STEPS_FUNCTION rnnp_cell16_steps_bounded, 1

/* void rnnp_cell16_first(gates, h, w): the step from h = 0 */
  .section .text.rnnp_cell16_first, "ax", %progbits
  .global rnnp_cell16_first
  .type rnnp_cell16_first, %function
  .thumb_func
  .balign 4
rnnp_cell16_first:
  push {r4-r6, lr}
  mov r4, r0
  mov r5, r1
  mov r6, r2
  mov r12, #0
.rept 8
  ldr r0, [r6], #4
  ldrd r2, r3, [r4], #8
  UPDATE r12
  str r0, [r5], #4
.endr
  pop {r4-r6, pc}
  .size rnnp_cell16_first, . - rnnp_cell16_first

/* void rnnp_project16(matrix, p, out, rows): out = sat16((4096 + matrix * p) >> 13), 16 columns; out may be p */
  .section .text.rnnp_project16, "ax", %progbits
  .global rnnp_project16
  .type rnnp_project16, %function
  .thumb_func
  .balign 4
rnnp_project16:
  push {r2-r11, lr}
  mov lr, r0
  ldm r1, {r4-r11}
1:
  ROWS 0, 4096
  ldrd r1, r2, [sp]
  str r0, [r1], #4
  subs r2, r2, #2
  strd r1, r2, [sp]
  bne 1b
  pop {r2-r11, pc}
  .size rnnp_project16, . - rnnp_project16

#endif
