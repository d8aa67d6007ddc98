/* Access to memory-mapped registers. Tests of drivers put a simulated peripheral in place of this header. */
#ifndef RNNP_REGISTER_H
#define RNNP_REGISTER_H

#include <stdint.h>

static inline uint32_t register_read(uintptr_t address) { return *(const volatile uint32_t *)address; }

static inline void register_write(uintptr_t address, uint32_t value) { *(volatile uint32_t *)address = value; }

/* Memory at an address, for reading. */
static inline const void *register_memory(uintptr_t address) { return (const void *)address; }

/* Replaces the bits of `mask` with those of `value`. */
static inline void register_change(uintptr_t address, uint32_t mask, uint32_t value) {
  register_write(address, (register_read(address) & ~mask) | value);
}

#endif
