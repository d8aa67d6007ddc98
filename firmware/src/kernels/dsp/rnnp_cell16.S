/*
 * A recurrent cell of 16 states: h in eight registers, rows of U by LDM, two states' gates at a time.
 * About 20 instructions a state and step, of which 8 multiply.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

#include "rnnp_cell.inc"

/*
 * Stack frame. The loop with a state for each step loads its variables and the next state at once; in the other loop they are
 * behind the next state, which is loaded alone.
 */
#define OWN_NEXT 12 /* behind the steps that are left and the addresses of h and w */
#define KEPT_NEXT 0
#define KEPT_W_AT 32 /* followed by the steps that are left */
#define W 44
#define GATES 76
#define W_STRIDE 140 /* followed by U_AT */
#define U_AT 144
#define H_STRIDE 148
#define H_AT 152
#define LOCALS 156
#define ARGUMENTS (LOCALS + 36)

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

.macro STATES h, index, bounded, next
  ROWS \bounded
  ldr r1, [sp, #(W + 4 * \index)]
  ldrd r2, r3, [sp, #(GATES + 8 * \index)]
  qadd16 r0, r0, r1
  UPDATE \h
  str r0, [sp, #(\next + 4 * \index)]
.endm

.macro ALL_STATES bounded, next
  STATES r4, 0, \bounded, \next
  STATES r5, 1, \bounded, \next
  STATES r6, 2, \bounded, \next
  STATES r7, 3, \bounded, \next
  STATES r8, 4, \bounded, \next
  STATES r9, 5, \bounded, \next
  STATES r10, 6, \bounded, \next
  STATES r11, 7, \bounded, \next
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
  mov lr, r0
  ldm r1!, {r4-r11}
  add r12, sp, #GATES
  stm r12!, {r4-r11}
  ldm r1, {r4-r11}
  stm r12, {r4-r11}
  ldrd r12, r0, [sp, #ARGUMENTS]
  ldr r1, [sp, #(ARGUMENTS + 8)]
  strd r12, lr, [sp, #W_STRIDE]
  strd r1, r2, [sp, #H_STRIDE]
  cmp r1, #0
  beq 2f
1: /* a state of its own for each step */
  ldm r3, {r4-r11}
  add r1, sp, #W
  stm r1, {r4-r11}
  ldrd r1, lr, [sp, #W_STRIDE]
  add r3, r3, r1
  stm sp, {r0, r2, r3}
  ldm r2, {r4-r11}
  ALL_STATES \bounded, OWN_NEXT
  ldm sp, {r0, r2-r11}
  ldr r1, [sp, #H_STRIDE]
  stm r2, {r4-r11}
  subs r0, r0, #1
  add r2, r2, r1
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
2: /* one state through all steps: it stays here until the end */
  ldm r2, {r4-r11}
  stm sp, {r4-r11}
3:
  ldm r3, {r4-r11}
  add r1, sp, #W
  stm r1, {r4-r11}
  ldrd r2, lr, [sp, #W_STRIDE]
  add r3, r3, r2
  strd r3, r0, [sp, #KEPT_W_AT]
  ldm sp, {r4-r11}
  ALL_STATES \bounded, KEPT_NEXT
  ldrd r3, r0, [sp, #KEPT_W_AT]
  subs r0, r0, #1
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

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
