/*
 * Convolutions for cores with 16-bit Thumb instructions only (Cortex-M0, M0+, M23).
 *
 * A word holds an element of two pixels, x1 * 65536 + x0, so that a product with a weight is that of both. The sum S of two such products is
 * a1 * 65536 + a0 with a0 within 16 bits (2 * 128 * 127 < 2^15): S >> 16, rounded by the carry, is a1. Two registers for two pixels add up S
 * and a1: without 65536 times the latter, the former is the sum of a0.
 */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1

  .syntax unified
  .thumb

#include "rnnp_thumb1.inc"

/* rnnp_thumb1_gemm_t in rnnp_kernels_thumb1.c */
#define ACTS 0
#define ACTS_END 4
#define WEIGHTS 8 /* those of a pair of outputs, without what the first round leaves out */
#define PARAMS 12
#define OUT 16
#define PLANE 20 /* in bytes */
#define PAIR_BYTES 24 /* of weights, from a pair of outputs to the next */
#define COUNT 28 /* of outputs, even */
#define ENTRY 32 /* bytes of code that the first round leaves out */
#define ZERO 36

#define UNROLLED 8 /* pairs of elements, as far as offsets of LDRB reach */

/* Two elements, of pixels \sum and \high: r2 and r3 are their weights. */
.macro TWO sum, high
  ldmia r0!, {r4, r5}
  muls r4, r2
  muls r5, r3
  adds r4, r4, r5
  add \sum, r4
  asrs r4, r4, #16
  adcs \high, r4
.endm

.macro ELEMENTS at
  ldrb r2, [r1, #(4 * \at)]
  sxtb r2, r2
  ldrb r3, [r1, #(4 * \at + 2)]
  sxtb r3, r3
  TWO r8, r6
  TWO r9, r7
.endm

/* r4 times M as pixel \pixel of the output at r1. */
.macro STORE_S8 pixel
  MULHI
  add r4, r12
  SATURATE8
  strb r4, [r1, #\pixel]
.endm

.macro ADD_S8 pixel
  MULHI
  ldrb r2, [r1, #\pixel]
  sxtb r2, r2
  adds r4, r4, r2
  SATURATE8
  strb r4, [r1, #\pixel]
.endm

.macro STORE_S16 pixel
  MULHI
  SATURATE16 r4, r2, r12
  strh r4, [r1, #(2 * \pixel)]
.endm

.macro SUBTRACT_HIGH sum, high
  lsls r2, \high, #16
  mov r3, \sum
  subs r3, r3, r2
  mov \sum, r3
.endm

/* An output of four pixels; lr is the argument. */
.macro OUTPUT store, odd
  mov r2, lr
  ldr r0, [r2, #ACTS]
  ldr r1, [r2, #WEIGHTS]
.if \odd
  adds r1, r1, #1
.endif
  ldr r3, [r2, #PARAMS]
  ldmia r3!, {r6}
  ldr r2, [r2, #ENTRY]
  movs r7, r6
  lsls r3, r6, #16
  adds r3, r3, r6
  mov r8, r3
  mov r9, r3
  add pc, r2
  nop
.if \odd
5:
.else
4:
.endif
  .set at, 0
  .rept UNROLLED
  ELEMENTS at
  .set at, at + 1
  .endr
  cmp r0, r10
  beq 3f
  adds r1, r1, #(4 * UNROLLED)
.if \odd
  b 5b
.else
  b 4b
.endif
3:
  SUBTRACT_HIGH r8, r6
  SUBTRACT_HIGH r9, r7
  mov r2, lr
  ldr r3, [r2, #PARAMS]
  ldr r1, [r2, #OUT]
  mov r0, r7
  mov r11, r6
  ldr r6, [r3, #4]
  adds r3, r3, #8
  str r3, [r2, #PARAMS]
  uxth r5, r6
  lsrs r6, r6, #16
  mov r4, r8
  \store 0
  mov r4, r11
  \store 1
  mov r4, r9
  \store 2
  mov r4, r0
  \store 3
  mov r2, lr
  ldr r3, [r2, #PLANE]
  adds r1, r1, r3
  str r1, [r2, #OUT]
.endm

/* void name(rnnp_thumb1_gemm_t *gemm) */
.macro GEMM name, store
  ENTER \name
  mov lr, r0
  ldr r2, [r0, #ACTS_END]
  mov r10, r2
  ldr r2, [r0, #ZERO]
  mov r12, r2
1:
  OUTPUT \store, 0
  OUTPUT \store, 1
  ldr r1, [r2, #WEIGHTS]
  ldr r3, [r2, #PAIR_BYTES]
  adds r1, r1, r3
  str r1, [r2, #WEIGHTS]
  ldr r1, [r2, #COUNT]
  subs r1, r1, #2
  str r1, [r2, #COUNT]
  beq 9f
  b 1b
9:
  LEAVE \name
.endm

  GEMM rnnp_thumb1_gemm_s8_store, STORE_S8
  GEMM rnnp_thumb1_gemm_s8_add, ADD_S8
  GEMM rnnp_thumb1_gemm_s16_store, STORE_S16

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits
#endif
