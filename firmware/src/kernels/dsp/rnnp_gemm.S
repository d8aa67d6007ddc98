/*
 * Four pixels times two outputs. Per pair of elements: one LDR and two SXTB16 give both outputs' weights, two LDRD the
 * activations, eight SMLAD do the work: 13 instructions for 16 multiply-accumulates.
 *
 * In assembly because eight accumulators, four operands and two pointers are all 14 registers: compilers spill.
 *
 * The first pair of a tile adds to the bias where it lies, so that it need not be copied to eight registers. The other pairs run
 * through an unrolled loop of UNROLL pairs; the first turn, which is shorter, enters it at an address that the prologue computes.
 */
#if defined(__ARM_FEATURE_DSP)

  .syntax unified
  .thumb

/* Stack frame: pairs that are loaded and stored together are adjacent. */
#define MULTIPLIERS 0 /* two, followed by PARAMS */
#define PARAMS 8      /* followed by their end */
#define PARAMS_END 12
#define ACTS_END 16 /* followed by OUT */
#define OUT 20
#define ACTS 24
#define ENTRY 28
#define LOCALS 32
#define UNROLL 12
#define PAIRS (LOCALS + 36)
#define COUNT (PAIRS + 4)
#define PLANE (PAIRS + 8) /* followed by ZERO */

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

/* Sums of the first pair: the biases are in r4 and r8, the weights in r12 and lr. */
.macro FIRST_SUMS
  ldrd r2, r3, [r0], #8
  ldrd r6, r7, [r0], #8
  smlad r5, r3, r12, r4
  smlad r9, r3, lr, r8
  smlad r10, r6, lr, r8
  smlad r11, r7, lr, r8
  smlad r6, r6, r12, r4
  smlad r7, r7, r12, r4
  smlad r4, r2, r12, r4
  smlad r8, r2, lr, r8
.endm

.macro PAIR_FIRST
  ldr lr, [r1], #4
  sxtb16 r12, lr
  sxtb16 lr, lr, ror #8
  FIRST_SUMS
.endm

.macro PAIR_WIDE_FIRST
  ldrd r12, lr, [r1], #8
  FIRST_SUMS
.endm

/* ENTRY is label 4, the end of the unrolled pairs, minus the code of the pairs that remain for the first turn. */
.macro PROLOGUE parameter_shift
  push {r4-r11, lr}
  sub sp, sp, #LOCALS
  ldrd r4, r5, [sp, #PAIRS]
  str r0, [sp, #ACTS]
  add r6, r0, r4, lsl #4
  strd r6, r3, [sp, #ACTS_END]
  add r5, r2, r5, lsl #\parameter_shift
  str r5, [sp, #PARAMS_END]
  mov r10, r2
  sub r4, r4, #1
  mov r5, #UNROLL
  udiv r6, r4, r5
  mls r4, r6, r5, r4
  ldrd r5, r6, 5f
  mls r4, r4, r5, r6
  str r4, [sp, #ENTRY]
.endm

/* Sums of one pair of outputs, whose biases are in r4 and r8. Leaves lr the output pointer. */
.macro ACCUMULATE pair
  ldr r0, [sp, #ACTS]
  \pair\()_FIRST
  ldr pc, [sp, #ENTRY]
2:
.rept UNROLL
  \pair
.endr
4:
  ldrd r12, lr, [sp, #ACTS_END]
  cmp r0, r12
  bne 2b
.endm

/* The same with {bias, multiplier} parameters at r10; leaves r2 and r3 the multipliers. */
.macro ACCUMULATE_SCALED pair
  ldm r10!, {r4, r5, r8, r9}
  stm sp, {r5, r9, r10}
  ACCUMULATE \pair
  ldrd r2, r3, [sp, #MULTIPLIERS]
.endm

.macro NEXT
  str lr, [sp, #OUT]
  ldrd r10, r2, [sp, #PARAMS]
  cmp r10, r2
  bne 1b
  add sp, sp, #LOCALS
  pop {r4-r11, pc}
  .balign 4
5:
  .word (4b - 2b) / UNROLL, 4b + 1
.endm

.macro STORE8 accumulator, multiplier, offset
  smmlar \accumulator, \accumulator, \multiplier, r12
  ssat \accumulator, #8, \accumulator
  strb \accumulator, [lr, #\offset]
.endm

.macro ADD8 accumulator, multiplier, offset
  ldrsb r12, [lr, #\offset]
  STORE8 \accumulator, \multiplier, \offset
.endm

.macro STORE16 accumulator, multiplier, offset
  smmulr \accumulator, \accumulator, \multiplier
  ssat \accumulator, #16, \accumulator
  strh \accumulator, [lr, #\offset]
.endm

/* `parameter_shift`: log2 of the parameter bytes of an output. */
.macro FUNCTION name, parameter_shift=3
  .section .text.\name, "ax", %progbits
  .global \name
  .type \name, %function
  .thumb_func
  .balign 4
\name:
  PROLOGUE \parameter_shift
.endm

.macro GEMM_S8_STORE name, pair
  FUNCTION \name
1:
  ACCUMULATE_SCALED \pair
  ldrd r0, r12, [sp, #PLANE]
  STORE8 r4, r2, 0
  STORE8 r5, r2, 1
  STORE8 r6, r2, 2
  STORE8 r7, r2, 3
  add lr, lr, r0
  STORE8 r8, r3, 0
  STORE8 r9, r3, 1
  STORE8 r10, r3, 2
  STORE8 r11, r3, 3
  add lr, lr, r0
  NEXT
  .size \name, . - \name
.endm

.macro GEMM_S8_ADD name, pair
  FUNCTION \name
1:
  ACCUMULATE_SCALED \pair
  ldr r0, [sp, #PLANE]
  ADD8 r4, r2, 0
  ADD8 r5, r2, 1
  ADD8 r6, r2, 2
  ADD8 r7, r2, 3
  add lr, lr, r0
  ADD8 r8, r3, 0
  ADD8 r9, r3, 1
  ADD8 r10, r3, 2
  ADD8 r11, r3, 3
  add lr, lr, r0
  NEXT
  .size \name, . - \name
.endm

.macro GEMM_S16_STORE name, pair
  FUNCTION \name
1:
  ACCUMULATE_SCALED \pair
  STORE16 r4, r2, 0
  STORE16 r5, r2, 2
  STORE16 r6, r2, 4
  STORE16 r7, r2, 6
  STORE16 r8, r3, 8
  STORE16 r9, r3, 10
  STORE16 r10, r3, 12
  STORE16 r11, r3, 14
  add lr, lr, #16
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
#define SHIFT PLANE /* followed by the bytes of a row */

.macro CLIP16 accumulator
  asr \accumulator, \accumulator, r3
  ssat \accumulator, #16, \accumulator
.endm

  FUNCTION rnnp_rnn_input_x2, 2
1:
  ldrd r4, r8, [r10], #8
  str r10, [sp, #PARAMS]
  ACCUMULATE PAIR_WIDE
  ldrd r3, r2, [sp, #SHIFT]
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
  add r3, lr, r2
  str r4, [lr], #4
  str r5, [r3]
  str r6, [r3, r2]
  add r3, r3, r2
  str r7, [r3, r2]
  NEXT
  .size rnnp_rnn_input_x2, . - rnnp_rnn_input_x2

#endif

#if defined(__ELF__)
  .section .note.GNU-stack, "", %progbits /* no executable stack where a PC links this empty */
#endif
