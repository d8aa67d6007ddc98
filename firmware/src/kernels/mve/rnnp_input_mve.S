/*
 * The input terms of a cell from eight channels with Helium: four pixels of two outputs at a time.
 *
 * Sums need even registers: r0 r2 r4 r6 of the first output, r8 r10 r12 lr of the second one. r1 weights, r3 biases, r5 output, r7 the
 * negative shift, r9 pairs of outputs, r11 the argument. q4-q7 are the pixels.
 */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

  .syntax unified
  .thumb

/* rnnp_mve_input_t in rnnp_cell_mve.c */
#define WEIGHTS 0
#define BIAS 4
#define OUT 8
#define SHIFT 12
#define PAIRS 16
#define ROW 20
#define BLOCKS 24 /* of four pixels */
#define BLOCK_BYTES 28 /* from a pair of outputs after a block's last one to the next block */
#define PLANES 32 /* offsets of eight planes */
#define PIXELS 48 /* offsets of four pixels of the output, in bytes */

.macro pair
  vld20.32 {q0, q1}, [r1]
  vld21.32 {q0, q1}, [r1]!
  vmladav.s16 r0, q0, q4
  vmladav.s16 r8, q1, q4
  vmladav.s16 r2, q0, q5
  vmladav.s16 r10, q1, q5
  vmladav.s16 r4, q0, q6
  vmladav.s16 r12, q1, q6
  vmladav.s16 r6, q0, q7
  vmladav.s16 lr, q1, q7
  vmov q2[2], q2[0], r0, r4
  vmov q3[2], q3[0], r8, r12
  ldrd r0, r4, [r3], #8
  vmov q2[3], q2[1], r2, r6
  vmov q3[3], q3[1], r10, lr
  vadd.i32 q2, q2, r0
  vadd.i32 q3, q3, r4
  vshl.s32 q2, r7
  vshl.s32 q3, r7
  vldrw.32 q0, [r11, #PIXELS]
  vqmovnb.s32 q2, q2
  vqmovnt.s32 q2, q3
  vstrw.32 q2, [r5, q0]
  add r5, r5, #4
.endm

/* void f(rnnp_mve_input_t *input) */
  .section .text.rnnp_mve_input8, "ax"
  .global rnnp_mve_input8
  .thumb_func
  .type rnnp_mve_input8, %function
  .p2align 2
rnnp_mve_input8:
  push {r4-r11, lr}
  sub sp, #4
  vpush {d8-d15}
  mov r11, r0
  ldrd r5, r7, [r11, #OUT]
2:
  ldrd r1, r3, [r11, #WEIGHTS]
  ldrd r9, r0, [r11, #PAIRS]
  vldrh.16 q0, [r11, #PLANES]
  add r2, r0, #1
  add r4, r0, #2
  add r6, r0, #3
  vldrb.s16 q4, [r0, q0]
  vldrb.s16 q5, [r2, q0]
  vldrb.s16 q6, [r4, q0]
  vldrb.s16 q7, [r6, q0]
  adds r0, r0, #4
  str r0, [r11, #ROW]
1:
  .rept 4
  pair
  .endr
  subs r9, r9, #4
  bne.w 1b
  ldrd r0, r2, [r11, #BLOCKS]
  add r5, r5, r2
  subs r0, r0, #1
  str r0, [r11, #BLOCKS]
  bne.w 2b
  vpop {d8-d15}
  add sp, #4
  pop {r4-r11, pc}
  .size rnnp_mve_input8, . - rnnp_mve_input8

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
