/* Interrupt controller and reset request, which are the same in all Cortex-M cores. */
#ifndef RNNP_CORE_H
#define RNNP_CORE_H

#include <stdbool.h>

#include "register.h"

static inline void core_enable_interrupt(uint32_t number) { register_write(0xe000e100u + 4 * (number / 32), 1u << (number % 32)); }

static inline void core_barrier(void) {
#ifdef __arm__
  __asm__ volatile("dsb" ::: "memory");
#endif
}

/* Whether reads that are bus errors have no other effect than a wrong value. Interrupts wait meanwhile. */
static inline void core_ignore_bus_errors(bool ignore) {
#ifdef __arm__
  __asm__ volatile("dsb" ::: "memory");
  if (ignore) {
    __asm__ volatile("cpsid f" ::: "memory");
  }
#endif
  register_change(0xe000ed14u, 1u << 8, ignore ? 1u << 8 : 0); /* CCR: BFHFNMIGN */
#ifdef __arm__
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  if (!ignore) {
    __asm__ volatile("cpsie f" ::: "memory");
  }
#endif
}

static inline __attribute__((noreturn)) void core_reset(void) {
  register_write(0xe000ed0cu, 0x05fa0004u); /* AIRCR: SYSRESETREQ */
  for (;;) {
  }
}

#endif
