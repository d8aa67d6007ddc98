/*
 * Products for cores with 16-bit Thumb instructions only (Cortex-M0, M0+, M23): compilers spill what eight low registers cannot hold.
 * Offsets of rows or pixels take the low registers; sums are in high ones, to which ADD can add.
 */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1

  .syntax unified
  .thumb

#include "rnnp_thumb1.inc"

/* Stores the sums in r8-r11 to r0. */
.macro RETURN
  mov r1, r8
  mov r2, r9
  mov r3, r10
  mov r4, r11
  stmia r0!, {r1-r4}
.endm

#define ARGUMENT 36 /* of the first one on the stack */

/* r7 = product of r6 with the element at \base + \offset, added to \sum */
.macro ADD16 base, offset, value, factor, sum
  ldrsh \value, [\base, \offset]
  muls \value, \factor
  add \sum, \value
.endm

/* r6 an element of the vector */
.macro COLUMN
  ldmia r2!, {r6}
  ADD16 r0, r5, r7, r6, r8
  ADD16 r0, r1, r7, r6, r9
  ADD16 r0, r3, r7, r6, r10
  ADD16 r0, r4, r7, r6, r11
  adds r0, #2
.endm

/*
 * void name(matrix, row_bytes, vector, vector_end, sums, count): sums of `count` times four rows of int16 times a vector of int32 of even
 * length
 */
  ENTER rnnp_thumb1_rows
  mov r12, r3
  mov lr, r2
  movs r5, #0
  lsls r3, r1, #1
  adds r4, r3, r1
1:
  mov r8, r5
  mov r9, r5
  mov r10, r5
  mov r11, r5
2:
  COLUMN
  COLUMN
  cmp r2, r12
  bne 2b
  adds r0, r0, r4
  ldr r2, [sp, #ARGUMENT]
  mov r6, r8
  mov r7, r9
  stmia r2!, {r6, r7}
  mov r6, r10
  mov r7, r11
  stmia r2!, {r6, r7}
  str r2, [sp, #ARGUMENT]
  mov r2, lr
  ldr r6, [sp, #(ARGUMENT + 4)]
  subs r6, r6, #1
  str r6, [sp, #(ARGUMENT + 4)]
  bne 1b
  LEAVE rnnp_thumb1_rows

/* r2 a weight */
.macro ELEMENT load, step
  \load r2, [r1, r4]
  ADD16 r0, r4, r3, r2, r8
  ADD16 r0, r5, r3, r2, r9
  ADD16 r0, r6, r3, r2, r10
  ADD16 r0, r7, r3, r2, r11
  adds r1, #2
  adds r0, #\step
.endm

/* void name(acts, weights, bias, acts_end, sums): four pixels, one output; a pair's two weights are two bytes, or one int16, apart */
.macro PIXELS name, load, skip
  ENTER \name
  mov r12, r3
  mov r8, r2
  mov r9, r2
  mov r10, r2
  mov r11, r2
  movs r4, #0
  movs r5, #4
  movs r6, #8
  movs r7, #12
1:
  ELEMENT \load, 2
  ELEMENT \load, 14
.if \skip
  adds r1, #\skip
.endif
  cmp r0, r12
  bne 1b
  ldr r0, [sp, #ARGUMENT]
  RETURN
  LEAVE \name
.endm

  PIXELS rnnp_thumb1_pixels_s16, ldrsh, 4

/* The low or high half of \from, sign-extended to \to. */
.macro HALF to, from, high
  mov \to, \from
.if \high
  asrs \to, \to, #16
.else
  sxth \to, \to
.endif
.endm

/* A state: r0 its sum, r1 w and r3 h at offset r7, r9 {Bz, Bz} and r10 {Bh, Bh} of its pair. */
.macro STATE high
  ldmia r0!, {r4}
  asrs r4, r4, #13
  SATURATE16 r4, r5, r11
  ldrsh r5, [r1, r7]
  adds r4, r4, r5
  SATURATE16 r4, r5, r11
  HALF r5, r9, \high
  adds r5, r5, r4
  asrs r5, r5, #1
  lsrs r6, r5, #13
  beq 2f
  asrs r5, r5, #31 /* z outside of 0..8191 */
  mvns r5, r5
  lsrs r5, r5, #19
2:
  HALF r6, r10, \high
  adds r4, r4, r6
  lsls r6, r4, #18
  asrs r6, r6, #18
  cmp r6, r4
  beq 2f
  asrs r4, r4, #31 /* c outside of -8192..8191 */
  mov r6, r12
  eors r4, r6
2:
  ldrsh r6, [r3, r7]
  subs r6, r6, r4
  muls r5, r6
  asrs r5, r5, #13
  adds r4, r4, r5
  strh r4, [r3, r7]
  adds r7, #2
.endm

/* void name(sums, w, gates, h, bytes of h): the states from their sums of Q26 */
  ENTER rnnp_thumb1_update
  ldr r4, [sp, #ARGUMENT]
  mov lr, r4
  ldr r4, =0x7fff
  mov r11, r4
  lsrs r4, r4, #2
  mov r12, r4
  movs r7, #0
1:
  ldmia r2!, {r4, r5}
  mov r9, r4
  mov r10, r5
  STATE 0
  STATE 1
  cmp r7, lr
  bne 1b
  LEAVE rnnp_thumb1_update
  .ltorg

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits
#endif
