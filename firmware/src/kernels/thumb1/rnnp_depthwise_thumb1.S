/*
 * Depthwise 3x3 for cores with 16-bit Thumb instructions only: four pixels of a channel at a time, their sums in r8-r11. Each input is loaded
 * once for a row and multiplied with the taps that meet it.
 */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1

  .syntax unified
  .thumb

#include "rnnp_thumb1.inc"

/* rnnp_thumb1_depthwise_t in rnnp_kernels_thumb1.c */
#define ROWS 0
#define TAPS 12
#define PARAMS 16
#define PARAMS_END 20
#define ACTS 24
#define STEP 28 /* from a channel's activations to the next one's: 4 and 12 by turns */
#define PLANE 32
#define ZERO 36

.macro LOAD at
  ldrb r4, [r0, #\at]
  sxtb r4, r4
.endm

.macro KEEP tap, sum
  movs r5, r4
  muls r5, \tap
  add \sum, r5
.endm

.macro LAST tap, sum
  muls r4, \tap
  add \sum, r4
.endm

/* r1, r2 and r3 are the taps of a row of the kernel. */
.macro ROW_S1
  LOAD 0
  LAST r1, r8
  LOAD 1
  KEEP r2, r8
  LAST r1, r9
  LOAD 2
  KEEP r3, r8
  KEEP r2, r9
  LAST r1, r10
  LOAD 3
  KEEP r3, r9
  KEEP r2, r10
  LAST r1, r11
  LOAD 4
  KEEP r3, r10
  LAST r2, r11
  LOAD 5
  LAST r3, r11
.endm

.macro ROW_S2
  LOAD 0
  LAST r1, r8
  LOAD 1
  LAST r2, r8
  LOAD 2
  KEEP r3, r8
  LAST r1, r9
  LOAD 3
  LAST r2, r9
  LOAD 4
  KEEP r3, r9
  LAST r1, r10
  LOAD 5
  LAST r2, r10
  LOAD 6
  KEEP r3, r10
  LAST r1, r11
  LOAD 7
  LAST r2, r11
  LOAD 8
  LAST r3, r11
.endm

/* Row \ky of the kernel, the outer taps of which are a word; moves its row of the map to the next channel. */
.macro KERNEL_ROW row, ky
  ldr r0, [r7, #(ROWS + 4 * \ky)]
  ldr r1, [r6, #(4 * \ky)]
  ldrh r2, [r6, #(12 + 2 * \ky)]
  asrs r3, r1, #16
  sxth r1, r1
  sxth r2, r2
  \row
  ldr r4, [r7, #PLANE]
  adds r0, r0, r4
  str r0, [r7, #(ROWS + 4 * \ky)]
.endm

.macro OUTPUT sum
  mov r4, \sum
  MULHI
  add r4, r12
  SATURATE8
.endm

.macro OUTPUTS first, second, at
  OUTPUT \first
  movs r1, r4
  OUTPUT \second
  lsls r4, r4, #16
  adds r4, r4, r1
  str r4, [r0, #\at]
.endm

/* void name(rnnp_thumb1_depthwise_t *depthwise) */
.macro DEPTHWISE name, row
  ENTER \name
  mov lr, r0
  ldr r4, [r0, #ZERO]
  mov r12, r4
1:
  mov r7, lr
  ldr r6, [r7, #PARAMS]
  ldr r4, [r6]
  mov r8, r4
  mov r9, r4
  mov r10, r4
  mov r11, r4
  ldr r6, [r7, #TAPS]
  KERNEL_ROW \row, 0
  KERNEL_ROW \row, 1
  KERNEL_ROW \row, 2
  adds r6, r6, #20
  str r6, [r7, #TAPS]
  ldr r4, [r7, #PARAMS]
  ldr r6, [r4, #4]
  adds r4, r4, #8
  str r4, [r7, #PARAMS]
  ldr r0, [r7, #ACTS]
  uxth r5, r6
  lsrs r6, r6, #16
  OUTPUTS r8, r9, 0
  OUTPUTS r10, r11, 8
  mov r7, lr
  ldr r4, [r7, #STEP]
  adds r0, r0, r4
  str r0, [r7, #ACTS]
  movs r5, #8
  eors r4, r5
  str r4, [r7, #STEP]
  ldr r4, [r7, #PARAMS]
  ldr r5, [r7, #PARAMS_END]
  cmp r4, r5
  beq 9f
  b 1b
9:
  LEAVE \name
.endm

  DEPTHWISE rnnp_thumb1_depthwise_s1, ROW_S1
  DEPTHWISE rnnp_thumb1_depthwise_s2, ROW_S2

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits
#endif
