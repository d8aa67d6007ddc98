/*
 * A recurrent cell of 8 states: h in four registers, the next h in four more, rows of U by LDM. About 15 instructions a state
 * and step, of which 4 multiply.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

#include "rnnp_cell.inc"

/* Stack frame */
#define W 0
#define GATES 16
#define U_AT 48
#define H_AT 52
#define W_AT 56
#define LOCALS 60
#define H_STRIDE (LOCALS + 36)
#define W_STRIDE (H_STRIDE + 4)
#define STEPS (H_STRIDE + 8)

/* Two rows of 8 at lr times r4-r7, packed into r0. */
.macro ROWS bounded, bias=0
  ldm lr!, {r0-r3}
  smuad r12, r0, r4
  smlad r12, r1, r5, r12
  smlad r12, r2, r6, r12
  smlad r12, r3, r7, r12
  ldm lr!, {r0-r3}
  smuad r0, r0, r4
  smlad r0, r1, r5, r0
  smlad r0, r2, r6, r0
  smlad r0, r3, r7, r0
  PACK \bounded, \bias
.endm

.macro STATES h, next, index, bounded
  ROWS \bounded
  ldr r1, [sp, #(W + 4 * \index)]
  ldrd r2, r3, [sp, #(GATES + 8 * \index)]
  qadd16 r0, r0, r1
  UPDATE \h, \next
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
  strd r2, r3, [sp, #H_AT]
  ldm r1, {r4-r11}
  add r0, sp, #GATES
  stm r0, {r4-r11}
1:
  ldrd r0, r3, [sp, #H_AT]
  ldm r3, {r8-r11}
  stm sp, {r8-r11}
  ldr r1, [sp, #W_STRIDE]
  ldr lr, [sp, #U_AT]
  add r3, r3, r1
  str r3, [sp, #W_AT]
  ldm r0, {r4-r7}
  STATES r4, r8, 0, \bounded
  STATES r5, r9, 1, \bounded
  STATES r6, r10, 2, \bounded
  STATES r7, r11, 3, \bounded
  ldr r0, [sp, #H_AT]
  ldr r1, [sp, #H_STRIDE]
  ldr r2, [sp, #STEPS]
  stm r0, {r8-r11}
  add r0, r0, r1
  str r0, [sp, #H_AT]
  subs r2, r2, #1
  str r2, [sp, #STEPS]
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
  .size \name, . - \name
.endm

/* void name(u, gates, h, w, h_stride bytes, w_stride bytes, steps > 0) */
  STEPS_FUNCTION rnnp_cell8_steps, 0
  STEPS_FUNCTION rnnp_cell8_steps_bounded, 1

/* void rnnp_cell8_first(gates, h, w): the step from h = 0 */
  .section .text.rnnp_cell8_first, "ax", %progbits
  .global rnnp_cell8_first
  .type rnnp_cell8_first, %function
  .thumb_func
  .balign 4
rnnp_cell8_first:
  push {r4-r6, lr}
  mov r4, r0
  mov r5, r1
  mov r6, r2
  mov r12, #0
.rept 4
  ldr r0, [r6], #4
  ldrd r2, r3, [r4], #8
  UPDATE r12
  str r0, [r5], #4
.endr
  pop {r4-r6, pc}
  .size rnnp_cell8_first, . - rnnp_cell8_first

/* void rnnp_project8(matrix, p, out, rows): out = sat16((4096 + matrix * p) >> 13), 8 columns; out may be p */
  .section .text.rnnp_project8, "ax", %progbits
  .global rnnp_project8
  .type rnnp_project8, %function
  .thumb_func
  .balign 4
rnnp_project8:
  push {r4-r9, lr}
  mov lr, r0
  mov r8, r2
  mov r9, r3
  ldm r1, {r4-r7}
1:
  ROWS 0, 4096
  str r0, [r8], #4
  subs r9, r9, #2
  bne 1b
  pop {r4-r9, pc}
  .size rnnp_project8, . - rnnp_project8

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
