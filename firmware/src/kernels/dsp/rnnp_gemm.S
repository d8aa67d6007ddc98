/*
 * Four pixels times two outputs. Per pair of elements: one LDR and two SXTB16 give both outputs' weights, two LDRD the
 * activations, eight SMLAD do the work: 13 instructions for 16 multiply-accumulates.
 *
 * In assembly because eight accumulators, four operands and two pointers are all 14 registers: compilers spill.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

#define ACTS 0
#define ACTS_END 4
#define PARAMS 8
#define OUT 12
#define LOCALS 16
#define PAIRS (LOCALS + 36)
#define COUNT (PAIRS + 4)
#define PLANE (PAIRS + 8)
#define ZERO (PAIRS + 12)

/* r0 activations, r1 weights; r4-r7 first output, r8-r11 second */
.macro PAIR
  ldr lr, [r1], #4
  sxtb16 r12, lr
  sxtb16 lr, lr, ror #8
  ldrd r2, r3, [r0], #8
  smlad r4, r2, r12, r4
  smlad r8, r2, lr, r8
  smlad r5, r3, r12, r5
  smlad r9, r3, lr, r9
  ldrd r2, r3, [r0], #8
  smlad r6, r2, r12, r6
  smlad r10, r2, lr, r10
  smlad r7, r3, r12, r7
  smlad r11, r3, lr, r11
.endm

/* The same with weights that are int16 already: 11 instructions. */
.macro PAIR_WIDE
  ldrd r12, lr, [r1], #8
  ldrd r2, r3, [r0], #8
  smlad r4, r2, r12, r4
  smlad r8, r2, lr, r8
  smlad r5, r3, r12, r5
  smlad r9, r3, lr, r9
  ldrd r2, r3, [r0], #8
  smlad r6, r2, r12, r6
  smlad r10, r2, lr, r10
  smlad r7, r3, r12, r7
  smlad r11, r3, lr, r11
.endm

.macro PROLOGUE
  push {r4-r11, lr}
  sub sp, sp, #LOCALS
  ldr r4, [sp, #PAIRS]
  str r0, [sp, #ACTS]
  add r4, r0, r4, lsl #4
  str r4, [sp, #ACTS_END]
  str r3, [sp, #OUT]
.endm

/* Accumulators of one pair of outputs; leaves r0 at its parameters, r2 and r3 its multipliers, r0 the output pointer. */
.macro ACCUMULATE pair
  ldr r4, [r2], #8
  ldr r8, [r2], #8
  str r2, [sp, #PARAMS]
  mov r5, r4
  mov r6, r4
  mov r7, r4
  mov r9, r8
  mov r10, r8
  mov r11, r8
  ldr r0, [sp, #ACTS]
  ldr r2, [sp, #PAIRS]
  tst r2, #2
  bne 3f
2:
  \pair
  \pair
3:
  \pair
  \pair
  ldr r2, [sp, #ACTS_END]
  cmp r0, r2
  bne 2b
  ldr r0, [sp, #PARAMS]
  ldr r2, [r0, #-12]
  ldr r3, [r0, #-4]
  ldr r0, [sp, #OUT]
.endm

.macro NEXT
  str r0, [sp, #OUT]
  ldr r3, [sp, #COUNT]
  ldr r2, [sp, #PARAMS]
  subs r3, r3, #2
  str r3, [sp, #COUNT]
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
.endm

.macro STORE8 accumulator, multiplier, offset
  smmlar \accumulator, \accumulator, \multiplier, r12
  ssat \accumulator, #8, \accumulator
  strb \accumulator, [r0, #\offset]
.endm

.macro ADD8 accumulator, multiplier, offset
  ldrsb r12, [r0, #\offset]
  STORE8 \accumulator, \multiplier, \offset
.endm

.macro STORE16 accumulator, multiplier, offset
  smmulr \accumulator, \accumulator, \multiplier
  ssat \accumulator, #16, \accumulator
  strh \accumulator, [r0, #\offset]
.endm

.macro FUNCTION name
  .section .text.\name, "ax", %progbits
  .global \name
  .type \name, %function
  .thumb_func
  .balign 4
\name:
  PROLOGUE
.endm

.macro GEMM_S8_STORE name, pair
  FUNCTION \name
1:
  ACCUMULATE \pair
  ldr r12, [sp, #ZERO]
  ldr lr, [sp, #PLANE]
  STORE8 r4, r2, 0
  STORE8 r5, r2, 1
  STORE8 r6, r2, 2
  STORE8 r7, r2, 3
  add r0, r0, lr
  STORE8 r8, r3, 0
  STORE8 r9, r3, 1
  STORE8 r10, r3, 2
  STORE8 r11, r3, 3
  add r0, r0, lr
  NEXT
  .size \name, . - \name
.endm

.macro GEMM_S8_ADD name, pair
  FUNCTION \name
1:
  ACCUMULATE \pair
  ldr lr, [sp, #PLANE]
  ADD8 r4, r2, 0
  ADD8 r5, r2, 1
  ADD8 r6, r2, 2
  ADD8 r7, r2, 3
  add r0, r0, lr
  ADD8 r8, r3, 0
  ADD8 r9, r3, 1
  ADD8 r10, r3, 2
  ADD8 r11, r3, 3
  add r0, r0, lr
  NEXT
  .size \name, . - \name
.endm

.macro GEMM_S16_STORE name, pair
  FUNCTION \name
1:
  ACCUMULATE \pair
  STORE16 r4, r2, 0
  STORE16 r5, r2, 2
  STORE16 r6, r2, 4
  STORE16 r7, r2, 6
  STORE16 r8, r3, 8
  STORE16 r9, r3, 10
  STORE16 r10, r3, 12
  STORE16 r11, r3, 14
  add r0, r0, #16
  NEXT
  .size \name, . - \name
.endm

/* void name(acts, weights, params, out, pairs, count, plane, zero); the last one or two are left out where they have no use */
  GEMM_S8_STORE rnnp_gemm_s8_store, PAIR
  GEMM_S8_STORE rnnp_gemm_s8_store_wide, PAIR_WIDE
  GEMM_S8_ADD rnnp_gemm_s8_add, PAIR
  GEMM_S8_ADD rnnp_gemm_s8_add_wide, PAIR_WIDE
  GEMM_S16_STORE rnnp_gemm_s16_store, PAIR
  GEMM_S16_STORE rnnp_gemm_s16_store_wide, PAIR_WIDE

/*
 * void rnnp_rnn_input_x2(acts, weights, bias, out, pairs, count, shift, row_bytes): the input term of a recurrent cell, int16
 * weights that need no unpacking.
 */
#define SHIFT PLANE
#define ROW_BYTES ZERO

.macro CLIP16 accumulator
  asr \accumulator, \accumulator, lr
  ssat \accumulator, #16, \accumulator
.endm

  FUNCTION rnnp_rnn_input_x2
1:
  ldrd r4, r8, [r2], #8
  str r2, [sp, #PARAMS]
  mov r5, r4
  mov r6, r4
  mov r7, r4
  mov r9, r8
  mov r10, r8
  mov r11, r8
  ldr r0, [sp, #ACTS]
  ldr r2, [sp, #PAIRS]
  tst r2, #1
  beq 2f
  PAIR_WIDE
  ldr r2, [sp, #ACTS_END]
  cmp r0, r2
  beq 3f
2:
  PAIR_WIDE
  PAIR_WIDE
  ldr r2, [sp, #ACTS_END]
  cmp r0, r2
  bne 2b
3:
  ldr lr, [sp, #SHIFT]
  ldr r0, [sp, #OUT]
  ldr r2, [sp, #ROW_BYTES]
  CLIP16 r4
  CLIP16 r8
  CLIP16 r5
  CLIP16 r9
  CLIP16 r6
  CLIP16 r10
  CLIP16 r7
  CLIP16 r11
  pkhbt r4, r4, r8, lsl #16
  pkhbt r5, r5, r9, lsl #16
  pkhbt r6, r6, r10, lsl #16
  pkhbt r7, r7, r11, lsl #16
  add r3, r0, r2
  str r4, [r0], #4
  str r5, [r3]
  str r6, [r3, r2]
  add r3, r3, r2
  str r7, [r3, r2]
  NEXT
  .size rnnp_rnn_input_x2, . - rnnp_rnn_input_x2

#endif
