/*
 * Convolutions with Helium: sixteen int8 products an instruction, two outputs of four pixels at a time.
 *
 * void f(rnnp_mve_gemm_t *gemm), the fields of which are in rnnp_gemm_mve.c.
 *
 * Sums need even registers: r0 r2 r4 r6 of the first output, r8 r10 r12 lr of the second one. r1 weights, r3 activations,
 * r9 pairs of outputs, r7 temporary, r5 output, r11 the argument. q4 is the zero point, q5 addresses of biases, q6 offsets of outputs.
 */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

  .syntax unified
  .thumb

#define WEIGHTS 0
#define ACTS 4
#define PARAMS 8
#define OUT 12
#define PAIRS 16  /* of outputs */
#define BLOCKS 20 /* of sixteen elements */
#define REST 24   /* elements after them */
#define STEP 28   /* from a pair of outputs to the next, in bytes */
#define ZERO 32
#define SECOND 36 /* where the second output of a pair begins, in elements */
#define ROUNDS 40 /* through the unrolled blocks, and where the first one begins; written here */
#define ENTRY 44

#define UNROLLED 4

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

/* Eight or twelve elements: the other lanes hold weights of later outputs or what follows them, and are switched off. */
.macro rest op
  vld20.8 {q0, q1}, [r1]
  vld21.8 {q0, q1}, [r1]
  ldr r7, [r11, #REST]
  vldrb.8 q2, [r3], #16
  vldrb.8 q3, [r3], #16
  add r1, r1, r7, lsl #1
  vpstttt
  \op\()t.s8 r0, q0, q2
  \op\()t.s8 r8, q1, q2
  \op\()t.s8 r2, q0, q3
  \op\()t.s8 r10, q1, q3
  vldrb.8 q2, [r3], #16
  vldrb.8 q3, [r3], #16
  vpstttt
  \op\()t.s8 r4, q0, q2
  \op\()t.s8 r12, q1, q2
  \op\()t.s8 r6, q0, q3
  \op\()t.s8 lr, q1, q3
.endm

/* Eight elements, as 16 bits: one load of the weights of both outputs. */
.macro eight op
  vldrb.8 q0, [r1], #16
  vldrb.s16 q2, [r3]
  vmovlt.s8 q1, q0
  vmovlb.s8 q0, q0
  vldrb.s16 q3, [r3, #16]
  \op\().s16 r0, q0, q2
  \op\().s16 r8, q1, q2
  vldrb.s16 q2, [r3, #32]
  \op\().s16 r2, q0, q3
  \op\().s16 r10, q1, q3
  vldrb.s16 q3, [r3, #48]
  \op\().s16 r4, q0, q2
  \op\().s16 r12, q1, q2
  \op\().s16 r6, q0, q3
  \op\().s16 lr, q1, q3
.endm

/* Four elements, as 32 bits. */
.macro four op
  vldrb.s16 q0, [r1], #8
  vldrb.s32 q2, [r3]
  vmovlt.s16 q1, q0
  vmovlb.s16 q0, q0
  vldrb.s32 q3, [r3, #16]
  \op\().s32 r0, q0, q2
  \op\().s32 r8, q1, q2
  vldrb.s32 q2, [r3, #32]
  \op\().s32 r2, q0, q3
  \op\().s32 r10, q1, q3
  vldrb.s32 q3, [r3, #48]
  \op\().s32 r4, q0, q2
  \op\().s32 r12, q1, q2
  \op\().s32 r6, q0, q3
  \op\().s32 lr, q1, q3
.endm

/* Sixteen elements and eight, the usual number of channels between blocks. */
.macro blocks24 store
1:
  ldr r3, [r11, #ACTS]
  products vmladav
  eight vmladava
  \store
  subs r9, r9, #1
  bne.w 1b
  b.w 9f
.endm

/* q0: the products times M as 16 bits, the first output's pixels 0 and 2, the second one's 0 and 2, and likewise pixels 1 and 3. */
.macro outputs
  vmov q0[2], q0[0], r0, r2
  vmov q0[3], q0[1], r8, r10
  vldrw.u32 q2, [q5, #16]!
  vldrw.u32 q3, [q5, #4]
  vmov q1[2], q1[0], r4, r6
  vmov q1[3], q1[1], r12, lr
  vadd.i32 q0, q0, q2
  vadd.i32 q1, q1, q2
  vrmulh.s32 q0, q0, q3
  vrmulh.s32 q1, q1, q3
  vqmovnb.s32 q0, q0
  vqmovnt.s32 q0, q1
.endm

.macro advance
  ldr r7, [r11, #STEP]
  add r5, r5, r7
.endm

.macro store_s8
  outputs
  vqadd.s16 q0, q0, q4
  vqmovnb.s16 q0, q0
  vstrb.16 q0, [r5, q6]
  advance
.endm

/* 16 bits suffice for the sum with the residual: what they cut off is beyond 8 bits, with it or without. */
.macro add_s8
  outputs
  vldrb.s16 q1, [r5, q6]
  vqadd.s16 q0, q0, q1
  vqmovnb.s16 q0, q0
  vstrb.16 q0, [r5, q6]
  advance
.endm

.macro store_s16
  outputs
  vstrh.16 q0, [r5, q6, uxtw #1]
  advance
.endm

/* Loops over pairs of outputs; `elements` are left after the blocks: none, four, eight or twelve. r4: blocks. */
.macro blocks store, elements
  subs r4, r4, #1
  add r6, r4, #(UNROLLED - 1)
  rsb r2, r4, #0
  lsr r6, r6, #2
  and r2, r2, #(UNROLLED - 1) /* left out in the first round */
  movs r7, #((3f - 2f) / UNROLLED)
  adr.w r0, 2f
  mla r2, r2, r7, r0
  cmp r4, #0
  bne 1f
  adr.w r2, 4f
1:
  orr r2, r2, #1
  strd r6, r2, [r11, #ROUNDS]
1:
  ldr r3, [r11, #ACTS]
  products vmladav
  ldr r7, [r11, #ROUNDS]
  ldr pc, [r11, #ENTRY]
2:
  .rept UNROLLED
  products vmladava
  .endr
3:
  subs r7, r7, #1
  bne.w 2b
4:
  .if \elements == 4
  four vmladava
  .elseif \elements == 8
  eight vmladava
  .elseif \elements
  rest vmladava
  .endif
  \store
  subs r9, r9, #1
  bne.w 1b
  b.w 9f
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
  vpush {d8-d13}
  mov r11, r0
  ldr r1, [r11, #WEIGHTS]
  ldr r5, [r11, #OUT]
  ldr r9, [r11, #PAIRS]
  /* {b, M, b, M} of a pair, of which lanes take the first and the second one by turns */
  ldr r7, [r11, #PARAMS]
  sub r7, r7, #16
  add r6, r7, #8
  vmov q5[2], q5[0], r7, r7
  vmov q5[3], q5[1], r6, r6
  ldr r7, [r11, #ZERO]
  vdup.16 q4, r7
  adr.w r7, 10f
  ldr r6, [r11, #SECOND]
  vldrh.16 q6, [r7]
  vldrh.16 q0, [r7, #16]
  vmla.s16 q6, q0, r6
  ldrd r4, r6, [r11, #BLOCKS]
  vctp.8 r6
.endm

.macro end name
  vpop {d8-d13}
  add sp, #4
  pop {r4-r11, pc}
  .p2align 2
10: /* pixels of the lanes, and which of the two outputs */
  .hword 0, 2, 0, 2, 1, 3, 1, 3
  .hword 0, 0, 1, 1, 0, 0, 1, 1
  .size \name, . - \name
.endm

.macro FUNCTION name, store
  begin \name
  cmp r4, #0
  beq.w 7f
  cmp r6, #0
  beq.w 6f
  cmp r6, #8
  beq.w 5f
  bhi.w 11f
  blocks \store, 4
11:
  blocks \store, 12
5:
  cmp r4, #1
  bne.w 8f
  blocks24 \store
8:
  blocks \store, 8
6:
  blocks \store, 0
7:
  ldr r3, [r11, #ACTS]
  rest vmladav
  \store
  subs r9, r9, #1
  bne 7b
9:
  end \name
.endm

  FUNCTION rnnp_mve_gemm_s8_store, store_s8
  FUNCTION rnnp_mve_gemm_s8_add, add_s8
  FUNCTION rnnp_mve_gemm_s16_store, store_s16

/*
 * The usual first layer: a row of a 3x3 convolution with stride 2 of one channel, whose twelve elements are three of a row and one that meets
 * a weight of 0.
 */
#define ROWS 48
#define PIXELS 60 /* blocks of four */
#define PARAMS_BYTES 64
#define TILE_LEFT 68 /* blocks, followed by the step from its end to the next tile */

.macro pixel at
  ldr r6, [r0], #2
  ldr r8, [r2], #2
  ldr r10, [r4], #2
  strd r6, r8, [r3, #(16 * \at)]
  str r10, [r3, #(16 * \at + 8)]
.endm

  begin rnnp_mve_conv_grey_s2
1:
  ldr r3, [r11, #ACTS]
  ldrd r0, r2, [r11, #ROWS]
  ldr r4, [r11, #(ROWS + 8)]
  pixel 0
  pixel 1
  pixel 2
  pixel 3
  strd r0, r2, [r11, #ROWS]
  str r4, [r11, #(ROWS + 8)]
  ldr r1, [r11, #WEIGHTS]
  ldr r9, [r11, #PAIRS]
2:
  ldr r3, [r11, #ACTS]
  rest vmladav
  store_s8
  subs r9, r9, #1
  bne 2b
  ldr r5, [r11, #OUT]
  ldrd r0, r2, [r11, #PIXELS]
  ldrd r4, r6, [r11, #TILE_LEFT]
  add r5, r5, #4
  vsub.i32 q5, q5, r2
  subs r4, r4, #1
  itt eq
  addeq r5, r5, r6
  moveq r4, #4
  str r4, [r11, #TILE_LEFT]
  str r5, [r11, #OUT]
  subs r0, r0, #1
  str r0, [r11, #PIXELS]
  bne.w 1b
  end rnnp_mve_conv_grey_s2

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
