/*
 * The internal flash of the STM32F405, STM32F446 and of bank 2 of the STM32H743 as the slot drivers use it: keys, erase, programming,
 * caches, the error-correcting code of the latter, and the loss of power in the middle of an operation.
 */
#ifndef SIMULATED_FLASH_H
#define SIMULATED_FLASH_H

#include <setjmp.h>
#include <stdint.h>

/* A new chip, whose journals and slots contain anything. */
void simulated_flash_new(uint32_t seed);

/* Power fails in operation `number` (an erase, or a word that is programmed) from now on; 0: never. It jumps to simulated_power. */
void simulated_flash_cut_at(uint32_t number);
extern jmp_buf simulated_power;

/* After the loss of power: registers as after a reset, the flash as it is. */
void simulated_flash_restart(void);

/* Operations since the flash was new. */
uint32_t simulated_flash_operations(void);

/* Programming of what was not erased, reads of stale caches, bus errors: each is a fault of the driver. */
uint32_t simulated_flash_violations(void);

/* Is called while an erase stalls the processor, if not null. */
extern void (*simulated_flash_stall)(void);

#endif
