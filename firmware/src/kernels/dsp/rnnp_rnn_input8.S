/*
 * The input term of a recurrent cell of 16 states for 8 channels, the usual input of RNNPool: the weights of two states in eight
 * registers, and four pixels, unpacked to the stack, one after the other. 15 instructions for two states of a pixel, 8 of which multiply.
 *
 * The shift is a constant: SSAT shifts and saturates in one instruction. Other shifts and sizes are left to rnnp_rnn_input_x2.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

#define STATES 16

/* Stack frame: four pixels of four pairs of channels, then the address of the weights and their end */
#define WEIGHTS 64
#define LOCALS 72
#define OUT (LOCALS + 36)

/* Two pairs of channels of four pixels: r0 the row, r1 the bytes between channels. */
.macro UNPACK offset
  ldr r4, [r0]
  ldr r5, [r0, r1]
  add r0, r0, r1, lsl #1
  ldr r6, [r0]
  ldr r7, [r0, r1]
  add r0, r0, r1, lsl #1
  sxtb16 r8, r4
  sxtb16 r4, r4, ror #8
  sxtb16 r9, r5
  sxtb16 r5, r5, ror #8
  sxtb16 r10, r6
  sxtb16 r6, r6, ror #8
  sxtb16 r11, r7
  sxtb16 r7, r7, ror #8
  pkhbt r12, r8, r9, lsl #16
  pkhbt lr, r10, r11, lsl #16
  strd r12, lr, [sp, #(\offset)]
  pkhbt r12, r4, r5, lsl #16
  pkhbt lr, r6, r7, lsl #16
  strd r12, lr, [sp, #(\offset + 16)]
  pkhtb r12, r9, r8, asr #16
  pkhtb lr, r11, r10, asr #16
  strd r12, lr, [sp, #(\offset + 32)]
  pkhtb r12, r5, r4, asr #16
  pkhtb lr, r7, r6, asr #16
  strd r12, lr, [sp, #(\offset + 48)]
.endm

/* Two states of a pixel, whose biases are in r12 and lr. */
.macro PIXEL index, shift
  ldrd r0, r3, [sp, #(16 * \index)]
  smlad r12, r0, r4, r12
  smlad lr, r0, r5, lr
  smlad r12, r3, r6, r12
  smlad lr, r3, r7, lr
  ldrd r0, r3, [sp, #(16 * \index + 8)]
  smlad r12, r0, r8, r12
  smlad lr, r0, r9, lr
  smlad r12, r3, r10, r12
  smlad lr, r3, r11, lr
  ssat r12, #16, r12, asr #\shift
  ssat lr, #16, lr, asr #\shift
  pkhbt r12, r12, lr, lsl #16
.endm

/* void name(row, plane, weights, bias, out) */
.macro INPUT8 shift
  .section .text.rnnp_rnn_input8_shift\shift, "ax", %progbits
  .global rnnp_rnn_input8_shift\shift
  .type rnnp_rnn_input8_shift\shift, %function
  .thumb_func
  .balign 4
rnnp_rnn_input8_shift\shift:
  push {r4-r11, lr}
  sub sp, sp, #LOCALS
  UNPACK 0
  UNPACK 8
  mov r0, r2
  mov r1, r3
  add r3, r2, #(16 * STATES)
  str r3, [sp, #(WEIGHTS + 4)]
  ldr r2, [sp, #OUT]
1:
  ldm r0!, {r4-r11}
  str r0, [sp, #WEIGHTS]
  ldrd r12, lr, [r1]
  PIXEL 3, \shift
  str r12, [r2, #(6 * STATES)]
  ldrd r12, lr, [r1]
  PIXEL 2, \shift
  str r12, [r2, #(4 * STATES)]
  ldrd r12, lr, [r1]
  PIXEL 1, \shift
  str r12, [r2, #(2 * STATES)]
  ldrd r12, lr, [r1], #8
  PIXEL 0, \shift
  str r12, [r2], #4
  ldrd r0, r3, [sp, #WEIGHTS]
  cmp r0, r3
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
  .size rnnp_rnn_input8_shift\shift, . - rnnp_rnn_input8_shift\shift
.endm

  INPUT8 6
  INPUT8 7
  INPUT8 8
  INPUT8 9

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
