/* Interrupt controller and reset request, which are the same in all Cortex-M cores. */
#ifndef RNNP_CORE_H
#define RNNP_CORE_H

#include "register.h"

static inline void core_enable_interrupt(uint32_t number) { register_write(0xe000e100u + 4 * (number / 32), 1u << (number % 32)); }

static inline __attribute__((noreturn)) void core_reset(void) {
  register_write(0xe000ed0cu, 0x05fa0004u); /* AIRCR: SYSRESETREQ */
  for (;;) {
  }
}

#endif
