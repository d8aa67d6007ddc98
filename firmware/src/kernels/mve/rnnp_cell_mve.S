/*
 * Two states of RNNPool's cell of 16 states at a time, which share the loads of U and of the gates.
 *
 * Sums need even registers: r0 r2 r4 r6 of the first state, r8 r10 r12 lr of the second one. r1 rows, r3 and r5 states, r7 and r9 inputs,
 * r11 the cell. q0 q1 and q2 q3 are the states.
 */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

  .syntax unified
  .thumb

/* rnnp_cell_t and rnnp_rnn_run_t */
#define U 0
#define GATES 4
#define STATE 0 /* then the input */
#define STATE_STRIDE 8
#define INPUT_STRIDE 12

/* on the stack */
#define STRIDES 0 /* of states and of the first inputs */
#define SECOND_STRIDE 8
#define COUNT 12

/* A row of U with both states. */
.macro row at, first, second
  vldrh.16 q4, [r1, #(32 * \at)]
  vldrh.16 q5, [r1, #(32 * \at + 16)]
  vmladav.s16 \first, q4, q0
  vmladav.s16 \second, q4, q2
  vmladava.s16 \first, q5, q1
  vmladava.s16 \second, q5, q3
.endm

/* Rows `at`, `at` + 2, `at` + 4 and `at` + 6 as lanes of two vectors. */
.macro four_rows at, to, other
  row (\at), r0, r8
  row (\at + 2), r2, r10
  row (\at + 4), r4, r12
  row (\at + 6), r6, lr
  vmov \to[2], \to[0], r0, r4
  vmov \to[3], \to[1], r2, r6
  vmov \other[2], \other[0], r8, r12
  vmov \other[3], \other[1], r10, lr
.endm

/* Q\d: sat16(x >> 13) of Q\d and Q\m by turns. VQSHRN, which the assembler of binutils 2.40 encodes as VQRSHRN: it would round. */
.macro narrow d, m
  .inst.w 0xee930f40 | (\d << 13) | (\d << 1)
  .inst.w 0xee931f40 | (\d << 13) | (\m << 1)
.endm

/* q6 and q7: sat16(U h >> 13) of eight rows. */
.macro eight_rows
  four_rows 0, q6, q7
  four_rows 1, q4, q5
  narrow 6, 4
  narrow 7, 5
.endm

/*
 * c: a + Bh and then h', z: the gate. 8 z as 16 bits without a sign clamps it; the bits below those of 4 z are set by saturation only. A shift to
 * the left and back clamps c to 14 bits.
 */
.macro gates_of c, z
  vhadd.s16 \z, \c, q4
  vqadd.s16 \c, \c, q5
  vqshlu.s16 \z, \z, #3
  vqshl.s16 \c, \c, #2
  vshr.u16 \z, \z, #1
  vshr.s16 \c, \c, #2
  vbic.i16 \z, #3
.endm

/* c + (z * (h - c) >> 13) */
.macro blend c, z, h, difference
  vsub.i16 \difference, \h, \c
  vqdmulh.s16 \z, \z, \difference
  vadd.i16 \c, \c, \z
.endm

/* Half of the first step, from h = 0. r0 advances along the gates. */
.macro first_half at
  vldrh.16 q6, [r7, #\at]
  vldrh.16 q7, [r9, #\at]
  vld20.32 {q4, q5}, [r0]
  vld21.32 {q4, q5}, [r0]!
  gates_of q6, q1
  gates_of q7, q4
  blend q6, q1, q0, q2
  blend q7, q4, q0, q2
  vstrh.16 q6, [r3, #\at]
  vstrh.16 q7, [r5, #\at]
.endm

/* void f(cell, first run, second run, steps); `first`: they begin with h = 0. */
.macro PAIR name, first
  .section .text.\name, "ax"
  .global \name
  .thumb_func
  .type \name, %function
  .p2align 2
\name:
  push {r4-r11, lr}
  sub sp, #4
  vpush {d8-d15}
  sub sp, #16
  mov r11, r0
  mov r10, r3
  ldrd r6, r8, [r1, #STATE_STRIDE]
  ldr r12, [r2, #INPUT_STRIDE]
  ldrd r3, r7, [r1, #STATE]
  ldrd r5, r9, [r2, #STATE]
  strd r6, r8, [sp, #STRIDES]
  strd r12, r10, [sp, #SECOND_STRIDE]
.if \first
  ldr r0, [r11, #GATES]
  vmov.i32 q0, #0
  first_half 0
  first_half 16
  b.w 3f
.endif
1:
  ldr r1, [r11, #U]
  vldrh.16 q0, [r3]
  vldrh.16 q1, [r3, #16]
  vldrh.16 q2, [r5]
  vldrh.16 q3, [r5, #16]
  eight_rows
  ldr r0, [r11, #GATES]
  vldrh.16 q4, [r7]
  vldrh.16 q5, [r9]
  vqadd.s16 q6, q6, q4
  vqadd.s16 q7, q7, q5
  vld20.32 {q4, q5}, [r0]
  vld21.32 {q4, q5}, [r0]
  gates_of q6, q3
  blend q6, q3, q0, q0
  gates_of q7, q4
  blend q7, q4, q2, q5
  add r1, r1, #256
  vldrh.16 q0, [r3]
  vldrh.16 q3, [r5, #16]
  vstrh.16 q6, [r3]
  vstrh.16 q7, [r5]
  eight_rows
  ldr r0, [r11, #GATES]
  vldrh.16 q4, [r7, #16]
  vldrh.16 q5, [r9, #16]
  add r0, r0, #32
  vqadd.s16 q6, q6, q4
  vqadd.s16 q7, q7, q5
  vld20.32 {q4, q5}, [r0]
  vld21.32 {q4, q5}, [r0]
  gates_of q6, q0
  gates_of q7, q2
  blend q6, q0, q1, q1
  blend q7, q2, q3, q3
  vstrh.16 q6, [r3, #16]
  vstrh.16 q7, [r5, #16]
3:
  ldrd r0, r2, [sp, #STRIDES]
  ldrd r4, r6, [sp, #SECOND_STRIDE]
  add r3, r3, r0, lsl #1
  add r5, r5, r0, lsl #1
  add r7, r7, r2, lsl #1
  add r9, r9, r4, lsl #1
  subs r6, r6, #1
  str r6, [sp, #COUNT]
  bne.w 1b
  add sp, #16
  vpop {d8-d15}
  add sp, #4
  pop {r4-r11, pc}
  .size \name, . - \name
.endm

  PAIR rnnp_mve_cell16_pair, 0
  PAIR rnnp_rnn_pair_first_mve, 1

/* sat16((x + 4096) >> 13) */
.macro narrow_rounded d, m
  vqrshrnb.s32 \d, \d, #13
  vqrshrnt.s32 \d, \m, #13
.endm

/* void f(matrix, a, b): each of two vectors of 16 is replaced by the matrix times it. */
  .section .text.rnnp_mve_project16_pair, "ax"
  .global rnnp_mve_project16_pair
  .thumb_func
  .type rnnp_mve_project16_pair, %function
  .p2align 2
rnnp_mve_project16_pair:
  push {r4-r11, lr}
  sub sp, #4
  vpush {d8-d15}
  mov r3, r1
  mov r5, r2
  mov r1, r0
  vldrh.16 q0, [r3]
  vldrh.16 q1, [r3, #16]
  vldrh.16 q2, [r5]
  vldrh.16 q3, [r5, #16]
  four_rows 0, q6, q7
  four_rows 1, q4, q5
  narrow_rounded q6, q4
  narrow_rounded q7, q5
  vstrh.16 q6, [r3]
  vstrh.16 q7, [r5]
  add r1, r1, #256
  four_rows 0, q6, q7
  four_rows 1, q4, q5
  narrow_rounded q6, q4
  narrow_rounded q7, q5
  vstrh.16 q6, [r3, #16]
  vstrh.16 q7, [r5, #16]
  vpop {d8-d15}
  add sp, #4
  pop {r4-r11, pc}
  .size rnnp_mve_project16_pair, . - rnnp_mve_project16_pair

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
