#include "fault.h"

#include <stddef.h>
#include <string.h>

#include "board.h"
#include "register.h"
#include "rnnp/rnnp_frame_codec.h"

#define SCB_CFSR 0xe000ed28u
#define SCB_HFSR 0xe000ed2cu
#define SCB_MMFAR 0xe000ed34u
#define SCB_BFAR 0xe000ed38u
#define CFSR_MSTKERR (1u << 4)
#define CFSR_MMARVALID (1u << 7)
#define CFSR_STKERR (1u << 12)
#define CFSR_BFARVALID (1u << 15)
#define CFSR_STKOF (1u << 20)
#define MPU_TYPE 0xe000ed90u
#define MPU_CTRL 0xe000ed94u
#define MPU_RBAR 0xe000ed9cu
#define MPU_RASR 0xe000eda0u

#define FRAME_LR 5
#define FRAME_PC 6
#define FRAME_WORDS 8

typedef struct {
  rnnp_wire_fault_t fault;
  uint32_t starts; /* of the board since then */
  uint32_t crc;
} record_t;

extern uint32_t __data_start[];
extern uint32_t __stack_limit[];
extern uint32_t __stack_top[];

__attribute__((section(".noinit"))) static record_t record;

static uint32_t record_crc(void) { return rnnp_crc32(0, (const uint8_t *)&record, offsetof(record_t, crc)); }

void fault_start(void) {
  if (record.crc != record_crc()) {
    memset(&record, 0, sizeof record);
    record.starts = 1;
  }
  record.starts++;
  record.crc = record_crc();
}

/* `starts` counts the start after the fault from 0 on. */
const rnnp_wire_fault_t *board_last_fault(void) { return record.starts == 1 ? &record.fault : NULL; }

void fault_guard_stack(void) {
#if __ARM_ARCH >= 8
  __asm__ volatile("msr msplim, %0" ::"r"(__stack_limit));
#else
  if ((register_read(MPU_TYPE) >> 8 & 0xffu) > 0) {
    register_write(MPU_RBAR, (uint32_t)(uintptr_t)__stack_limit | 1u << 4); /* region 0 */
    register_write(MPU_RASR, 1u << 28 | 7u << 1 | 1u);                      /* 256 bytes, no access */
    register_write(MPU_CTRL, 1u << 2 | 1u);                                 /* other memory as without the MPU */
    __asm__ volatile("dsb\n\tisb" ::: "memory");
  }
#endif
}

/* `frame`: the registers that the processor has stored, unless storing them was what failed. */
__attribute__((noreturn, used)) static void store_record(const uint32_t *frame) {
  rnnp_wire_fault_t *fault = &record.fault;
  const uint16_t count = record.crc == record_crc() ? fault->count : 0;
  const uint32_t cfsr = register_read(SCB_CFSR);
  uint32_t exception;
  __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
  memset(&record, 0, sizeof record);
  fault->exception = (uint8_t)exception;
  fault->count = (uint16_t)(count + 1u);
  fault->cfsr = cfsr;
  fault->hfsr = register_read(SCB_HFSR);
  if (cfsr & (CFSR_MMARVALID | CFSR_BFARVALID)) {
    fault->address = register_read(cfsr & CFSR_MMARVALID ? SCB_MMFAR : SCB_BFAR);
  }
  if ((cfsr & (CFSR_MSTKERR | CFSR_STKOF)) || fault->address - (uint32_t)(uintptr_t)__stack_limit < FAULT_GUARD_BYTES) {
    fault->flags = RNNP_FAULT_STACK;
  }
  if (!(cfsr & (CFSR_MSTKERR | CFSR_STKERR | CFSR_STKOF)) && frame >= __data_start && frame + FRAME_WORDS <= __stack_top) {
    fault->pc = frame[FRAME_PC];
    fault->lr = frame[FRAME_LR];
  }
  board_build_hash(fault->build_hash);
  record.crc = record_crc();
  board_reboot();
  for (;;) {
  }
}

/* The stack may be what is broken: the record is written with a new one. */
__attribute__((weak, naked)) void fault_handler(void) {
  __asm__ volatile(
    "mrs r0, msp\n\t"
    "msr msp, %0\n\t"
    "b store_record" ::"r"(__stack_top));
}
