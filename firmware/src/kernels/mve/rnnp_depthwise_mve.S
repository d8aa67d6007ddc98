/*
 * Depthwise 3x3 of whole rows with Helium, a channel after the other: its nine taps stay in registers, and its outputs replace its row above.
 *
 * void f(const rnnp_mve_depthwise_t *row), the fields of which are in rnnp_acts_mve.c: an output pixel takes the place of its left
 * neighbour above, which no later pixel reads.
 *
 * r0 r1 r2 rows, r3-r11 taps in the order of packages, lr blocks of four pixels; with stride 2 r12 the first tap and r3 the output.
 */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

  .syntax unified
  .thumb

#define TAPS 12 /* behind the three rows */
#define PARAMS 16
#define END 20 /* of params */
#define BLOCKS 24
#define NEXT 28 /* from the end of a channel's row to the next channel */
#define ZERO 32

.macro begin name
  .section .text.\name, "ax"
  .global \name
  .thumb_func
  .type \name, %function
  .p2align 2
\name:
  push {r4-r11, lr}
  sub sp, #4
  vpush {d8-d15}
  push {r0, r1}
  ldr r1, [r0, #ZERO]
  vdup.32 q4, r1
.endm

/* The taps, bias q2 and multiplier q3 of a channel, and its blocks. */
.macro channel first
  ldr r12, [sp]
  ldrd r3, r4, [r12, #TAPS]
  ldrd r5, r6, [r4], #8
  add r7, r3, #20
  ldr lr, [r12, #BLOCKS]
  vdup.32 q2, r5
  vdup.32 q3, r6
  strd r7, r4, [r12, #TAPS]
  ldrsh r4, [r3, #2]
  ldrsh r5, [r3, #4]
  ldrsh r6, [r3, #6]
  ldrsh r7, [r3, #8]
  ldrsh r8, [r3, #10]
  ldrsh r9, [r3, #12]
  ldrsh r10, [r3, #14]
  ldrsh r11, [r3, #16]
  ldrsh \first, [r3]
.endm

.macro tap load, factor
  vldrb.s32 q1, \load
  vmla.s32 q0, q1, \factor
.endm

/* q0: four outputs of 8 bits */
.macro outputs
  vrmulh.s32 q0, q0, q3
  vadd.i32 q0, q0, q4
  vqmovnb.s32 q0, q0
  vqmovnb.s16 q0, q0
.endm

/* Rows of the next channel; branches back unless it was the last one. */
.macro end name
  ldr r3, [sp]
  ldr r4, [r3, #NEXT]
  ldrd r5, r6, [r3, #PARAMS]
  add r0, r0, r4
  add r1, r1, r4
  add r2, r2, r4
  cmp r5, r6
  bne 1b
  add sp, #8
  vpop {d8-d15}
  add sp, #4
  pop {r4-r11, pc}
  .size \name, . - \name
.endm

  begin rnnp_mve_depthwise_s1
  ldm r0, {r0, r1, r2}
1:
  channel r3
2:
  vmov q0, q2
  tap "[r0]", r3
  tap "[r0, #1]", r9
  tap "[r0, #2]", r4
  tap "[r1, #1]", r10
  tap "[r1, #2]", r6
  tap "[r1], #4", r5
  tap "[r2, #1]", r11
  tap "[r2, #2]", r8
  tap "[r2], #4", r7
  outputs
  vstrb.32 q0, [r0], #4
  le lr, 2b
  end rnnp_mve_depthwise_s1

  begin rnnp_mve_depthwise_s2
  movs r2, #0
  vidup.u32 q5, r2, #2
  movs r1, #1
  vadd.i32 q6, q5, r1
  movs r1, #2
  vadd.i32 q7, q5, r1
  ldm r0, {r0, r1, r2}
1:
  channel r12
  mov r3, r0
2:
  vmov q0, q2
  tap "[r0, q5]", r12
  tap "[r0, q6]", r9
  tap "[r0, q7]", r4
  tap "[r1, q5]", r5
  tap "[r1, q6]", r10
  tap "[r1, q7]", r6
  tap "[r2, q5]", r7
  tap "[r2, q6]", r11
  tap "[r2, q7]", r8
  outputs
  add r0, r0, #8
  add r1, r1, #8
  add r2, r2, #8
  vstrb.32 q0, [r3], #4
  le lr, 2b
  end rnnp_mve_depthwise_s2

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
