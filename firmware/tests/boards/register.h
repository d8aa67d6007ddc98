/* In place of boards/register.h: accesses go to a simulated STM32F4 (simulated_stm32f4.c). */
#ifndef RNNP_REGISTER_H
#define RNNP_REGISTER_H

#include <stdint.h>

uint32_t register_read(uintptr_t address);

void register_write(uintptr_t address, uint32_t value);

const void *register_memory(uintptr_t address);

static inline void register_change(uintptr_t address, uint32_t mask, uint32_t value) {
  register_write(address, (register_read(address) & ~mask) | value);
}

#endif
