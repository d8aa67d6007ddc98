/*
 * Steps of a cell of 16 states for cores with 16-bit Thumb instructions only. U and the gates have been widened to words
 * (rnnp_thumb1_prepare): a load of four elements is one instruction. States are held as words g = h + 8192, which is 0..16383, so that a shift
 * shows whether a value has to be clamped; U h is U g and a constant.
 */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1

  .syntax unified
  .thumb

#include "rnnp_thumb1.inc"

/* rnnp_thumb1_steps_t in rnnp_kernels_thumb1.c */
#define CELL 0
#define STATE 4
#define STATE_STEP 8 /* in bytes */
#define INPUT 12
#define INPUT_STEP 16
#define STATES 20
#define STEPS 24 /* of each state; 0: the first step, from h = 0 */
#define LEFT 28
#define WORDS 32 /* of the state, then 16 sums */

#define ROWS_BYTES 1088 /* before the gates of a cell */

/* Two columns of four rows: r4 and r7 are elements of the state, r8-r11 sums. */
.macro COLUMN element
  ldmia r0!, {r1, r2, r3, r6}
  muls r1, \element
  muls r2, \element
  muls r3, \element
  muls r6, \element
  add r8, r1
  add r9, r2
  add r10, r3
  add r11, r6
.endm

/* A state: r4 w + U h, r2 its gates as words Bz and Bh + 8192, r3 g. */
.macro UPDATE
  ldmia r2!, {r5, r6}
  adds r5, r5, r4
  asrs r5, r5, #1
  adds r4, r4, r6
  lsrs r6, r5, #13
  beq 7f
  asrs r5, r5, #31 /* z outside of 0..8191 */
  mvns r5, r5
  lsrs r5, r5, #19
7:
  lsrs r6, r4, #14
  beq 7f
  asrs r4, r4, #31 /* c + 8192 outside of 0..16383 */
  mvns r4, r4
  lsrs r4, r4, #18
7:
  ldr r6, [r3]
  subs r6, r6, r4
  muls r5, r6
  asrs r5, r5, #13
  adds r4, r4, r5
  stmia r3!, {r4}
.endm

.macro TWO_STATES
  ldmia r1!, {r7}
  ldmia r0!, {r4}
  asrs r4, r4, #13
  sxth r5, r7
  adds r4, r4, r5
  UPDATE
  ldmia r0!, {r4}
  asrs r4, r4, #13
  asrs r7, r7, #16
  adds r4, r4, r7
  UPDATE
.endm

/* Adds r4 to the field `at` of the argument r7. */
.macro ADVANCE at
  ldr r5, [r7, #\at]
  adds r5, r5, r4
  str r5, [r7, #\at]
.endm

/* void name(rnnp_thumb1_steps_t *steps) */
  ENTER rnnp_thumb1_steps16
  mov lr, r0
1:
  mov r7, lr
  movs r6, #128
  lsls r6, r6, #6
  ldr r4, [r7, #STEPS]
  cmp r4, #0
  bne 10f
  b 8f
10:
  str r4, [r7, #LEFT]
  ldr r0, [r7, #STATE]
  adds r7, r7, #WORDS
  .rept 8
  ldmia r0!, {r5}
  sxth r4, r5
  asrs r5, r5, #16
  adds r4, r4, r6
  adds r5, r5, r6
  stmia r7!, {r4, r5}
  .endr
2:
  mov r5, lr
  ldr r0, [r5, #CELL]
  adds r5, r5, #WORDS
  movs r4, #64
  adds r4, r4, r5
  mov r12, r4
3:
  ldmia r0!, {r1, r2, r3, r6}
  mov r8, r1
  mov r9, r2
  mov r10, r3
  mov r11, r6
  .rept 8
  ldmia r5!, {r4, r7}
  COLUMN r4
  COLUMN r7
  .endr
  subs r5, r5, #64
  mov r1, r8
  mov r2, r9
  mov r3, r10
  mov r6, r11
  mov r4, r12
  stmia r4!, {r1, r2, r3, r6}
  mov r12, r4
  subs r4, r4, r5
  cmp r4, #128
  beq 4f
  b 3b
4:
  movs r2, r0
  movs r3, r5
  movs r0, #64
  adds r0, r0, r5
  mov r8, r0
  mov r7, lr
  ldr r1, [r7, #INPUT]
5:
  TWO_STATES
  TWO_STATES
  cmp r3, r8
  bne 5b
  mov r7, lr
  ldr r4, [r7, #INPUT_STEP]
  ADVANCE INPUT
  ldr r4, [r7, #LEFT]
  subs r4, r4, #1
  str r4, [r7, #LEFT]
  beq 6f
  b 2b
6:
  ldr r0, [r7, #STATE]
  movs r6, #128
  lsls r6, r6, #6
  adds r7, r7, #WORDS
  .rept 8
  ldmia r7!, {r4, r5}
  subs r4, r4, r6
  subs r5, r5, r6
  uxth r4, r4
  lsls r5, r5, #16
  orrs r4, r5
  stmia r0!, {r4}
  .endr
  mov r7, lr
  ldr r4, [r7, #STATE_STEP]
  ADVANCE STATE
  ldr r4, [r7, #STATES]
  subs r4, r4, #1
  str r4, [r7, #STATES]
  beq 9f
  b 1b
8:
  movs r4, #1
  str r4, [r7, #LEFT]
  ldr r0, [r7, #CELL]
  ldr r4, =ROWS_BYTES
  adds r0, r0, r4
  adds r7, r7, #WORDS
  movs r5, r7
  movs r1, r6
  movs r2, r6
  movs r3, r6
  stmia r7!, {r1, r2, r3, r6}
  stmia r7!, {r1, r2, r3, r6}
  stmia r7!, {r1, r2, r3, r6}
  stmia r7!, {r1, r2, r3, r6}
  movs r1, #0
  movs r2, #0
  movs r3, #0
  movs r6, #0
  stmia r7!, {r1, r2, r3, r6}
  stmia r7!, {r1, r2, r3, r6}
  stmia r7!, {r1, r2, r3, r6}
  stmia r7!, {r1, r2, r3, r6}
  b 4b
9:
  LEAVE rnnp_thumb1_steps16
  .ltorg

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits
#endif
