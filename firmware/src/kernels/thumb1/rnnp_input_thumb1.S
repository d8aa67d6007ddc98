/* The input term of a cell from eight channels, for cores with 16-bit Thumb instructions only: four pixels, whose elements are words. */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1

  .syntax unified
  .thumb

#include "rnnp_thumb1.inc"

/* rnnp_thumb1_input_t in rnnp_cell_thumb1.c */
#define WORDS 0
#define WEIGHTS 4
#define BIAS 8
#define OUT 12
#define STEP 16 /* between pixels of the output, in bytes */
#define SHIFT 20
#define PAIRS 24 /* of outputs */

.macro ELEMENT weight
  ldmia r0!, {r1, r2, r3, r6}
  muls r1, \weight
  muls r2, \weight
  muls r3, \weight
  muls r6, \weight
  add r8, r1
  add r9, r2
  add r10, r3
  add r11, r6
.endm

.macro TWO_ELEMENTS at
  ldr r4, [r5, #\at]
  sxth r7, r4
  asrs r4, r4, #16
  ELEMENT r7
  ELEMENT r4
.endm

.macro PIXEL sum
  mov r3, \sum
  asrs r3, r1
  SATURATE16 r3, r6, r12
  strh r3, [r4]
  adds r4, r4, r2
.endm

/* An output; its weights begin at `at`. */
.macro OUTPUT at
  mov r7, lr
  ldr r4, [r7, #BIAS]
  ldmia r4!, {r1}
  str r4, [r7, #BIAS]
  ldr r0, [r7, #WORDS]
  mov r8, r1
  mov r9, r1
  mov r10, r1
  mov r11, r1
  TWO_ELEMENTS \at
  TWO_ELEMENTS (\at + 8)
  TWO_ELEMENTS (\at + 16)
  TWO_ELEMENTS (\at + 24)
  mov r7, lr
  ldr r4, [r7, #OUT]
  adds r2, r4, #2
  str r2, [r7, #OUT]
  ldr r2, [r7, #STEP]
  ldr r1, [r7, #SHIFT]
  PIXEL r8
  PIXEL r9
  PIXEL r10
  PIXEL r11
.endm

/* void name(rnnp_thumb1_input_t *input) */
  ENTER rnnp_thumb1_input8
  mov lr, r0
  ldr r5, [r0, #WEIGHTS]
  ldr r4, =0x7fff
  mov r12, r4
1:
  OUTPUT 0
  OUTPUT 4
  adds r5, r5, #32
  mov r7, lr
  ldr r4, [r7, #PAIRS]
  subs r4, r4, #1
  str r4, [r7, #PAIRS]
  beq 9f
  b 1b
9:
  LEAVE rnnp_thumb1_input8
  .ltorg

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits
#endif
