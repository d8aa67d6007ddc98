/* The cycle counter of the debug unit (DWT) of Cortex-M3 and later cores, for use as the board's tick counter. */
#ifndef RNNP_CYCLES_H
#define RNNP_CYCLES_H

#include "register.h"

static inline void cycles_start(void) {
  register_change(0xe000edfcu, 0, 1u << 24); /* DEMCR: TRCENA */
#if defined(__ARM_ARCH_7EM__)
  register_write(0xe0001fb0u, 0xc5acce55u); /* DWT_LAR: the Cortex-M7 locks its registers */
#endif
  register_write(0xe0001004u, 0);
  register_change(0xe0001000u, 0, 1u);
}

static inline uint32_t cycles_read(void) { return register_read(0xe0001004u); }

#endif
