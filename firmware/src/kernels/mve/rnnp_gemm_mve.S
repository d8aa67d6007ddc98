/*
 * Convolutions with Helium: sixteen int8 products an instruction, two outputs of four pixels at a time.
 *
 * void f(const rnnp_mve_gemm_t *gemm), the fields of which are in rnnp_gemm_mve.c.
 *
 * Sums need even registers: r0 r2 r4 r6 of the first output, r8 r10 r12 lr of the second one. r1 weights, r3 activations,
 * r9 parameters, r7 temporary, r5 output, r11 the argument. q4 is the zero point.
 */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

  .syntax unified
  .thumb

#define WEIGHTS 0
#define ACTS 4
#define PARAMS 8
#define OUT 12
#define BLOCKS 16
#define ELEMENTS 20
#define END 24
#define PLANE 28
#define ZERO 32

/* Sixteen elements: `op` begins sums or adds to them. */
.macro products op
  vld20.8 {q0, q1}, [r1]
  vld21.8 {q0, q1}, [r1]!
  vldrb.8 q2, [r3], #16
  vldrb.8 q3, [r3], #16
  \op\().s8 r0, q0, q2
  \op\().s8 r8, q1, q2
  vldrb.8 q2, [r3], #16
  \op\().s8 r2, q0, q3
  \op\().s8 r10, q1, q3
  vldrb.8 q3, [r3], #16
  \op\().s8 r4, q0, q2
  \op\().s8 r12, q1, q2
  \op\().s8 r6, q0, q3
  \op\().s8 lr, q1, q3
.endm

/* q0 and q1: the products of two outputs, times M. r9 advances. */
.macro outputs
  ldr r7, [r11, #BLOCKS]
  ldr r3, [r11, #ACTS]
  cbz r7, 6f
  products vmladav
  subs r7, #1
  beq 2f
1:
  products vmladava
  subs r7, #1
  bne 1b
  b 2f
6:
  movs r0, #0
  movs r2, #0
  movs r4, #0
  movs r6, #0
  mov r8, r0
  mov r10, r0
  mov r12, r0
  mov lr, r0
2:
  /* The rest: eight elements and four, of which nothing beyond the last weight is read. */
  ldr r7, [r11, #ELEMENTS]
  lsls r7, r7, #29
  bcc 3f
  vldrb.8 q0, [r1], #16
  vldrb.s16 q2, [r3]
  vmovlt.s8 q1, q0
  vmovlb.s8 q0, q0
  vldrb.s16 q3, [r3, #16]
  vmladava.s16 r0, q0, q2
  vmladava.s16 r8, q1, q2
  vldrb.s16 q2, [r3, #32]
  vmladava.s16 r2, q0, q3
  vmladava.s16 r10, q1, q3
  vldrb.s16 q3, [r3, #48]
  vmladava.s16 r4, q0, q2
  vmladava.s16 r12, q1, q2
  vmladava.s16 r6, q0, q3
  vmladava.s16 lr, q1, q3
  addw r3, r3, #8
3:
  bpl 4f
  vldrb.s16 q0, [r1], #8
  vldrb.s32 q2, [r3]
  vmovlt.s16 q1, q0
  vmovlb.s16 q0, q0
  vldrb.s32 q3, [r3, #16]
  vmladava.s32 r0, q0, q2
  vmladava.s32 r8, q1, q2
  vldrb.s32 q2, [r3, #32]
  vmladava.s32 r2, q0, q3
  vmladava.s32 r10, q1, q3
  vldrb.s32 q3, [r3, #48]
  vmladava.s32 r4, q0, q2
  vmladava.s32 r12, q1, q2
  vmladava.s32 r6, q0, q3
  vmladava.s32 lr, q1, q3
4:
  vmov q0[2], q0[0], r0, r4
  vmov q0[3], q0[1], r2, r6
  ldrd r0, r2, [r9]
  ldrd r4, r6, [r9, #8]
  vmov q1[2], q1[0], r8, r12
  vdup.32 q2, r2
  vmov q1[3], q1[1], r10, lr
  vdup.32 q3, r6
  vadd.i32 q0, q0, r0
  vadd.i32 q1, q1, r4
  vrmulh.s32 q0, q0, q2
  vrmulh.s32 q1, q1, q3
  add r9, #16
.endm

.macro begin name
  .section .text.\name, "ax"
  .global \name
  .thumb_func
  .type \name, %function
  .p2align 2
\name:
  push {r4-r11, lr}
  sub sp, #4
  vpush {d8-d9}
  mov r11, r0
  ldr r1, [r11, #WEIGHTS]
  ldr r9, [r11, #PARAMS]
  ldr r5, [r11, #OUT]
  ldr r7, [r11, #ZERO]
  vdup.32 q4, r7
.endm

.macro end name
  ldr r7, [r11, #END]
  cmp r9, r7
  bne 5b
  vpop {d8-d9}
  add sp, #4
  pop {r4-r11, pc}
  .size \name, . - \name
.endm

.macro store
  vqmovnb.s32 q0, q0
  vqmovnb.s32 q1, q1
  vqmovnb.s16 q0, q0
  vqmovnb.s16 q1, q1
  vstrb.32 q0, [r5]
  add r5, r7
  vstrb.32 q1, [r5]
  add r5, r7
.endm

  begin rnnp_mve_gemm_s8_store
5:
  outputs
  ldr r7, [r11, #PLANE]
  vadd.i32 q0, q0, q4
  vadd.i32 q1, q1, q4
  store
  end rnnp_mve_gemm_s8_store

  begin rnnp_mve_gemm_s8_add
5:
  outputs
  ldr r7, [r11, #PLANE]
  add r0, r5, r7
  vldrb.s32 q2, [r5]
  vldrb.s32 q3, [r0]
  vadd.i32 q0, q0, q2
  vadd.i32 q1, q1, q3
  store
  end rnnp_mve_gemm_s8_add

  begin rnnp_mve_gemm_s16_store
5:
  outputs
  vqmovnb.s32 q0, q0
  vqmovnb.s32 q1, q1
  vstrh.32 q0, [r5], #8
  vstrh.32 q1, [r5], #8
  end rnnp_mve_gemm_s16_store

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
