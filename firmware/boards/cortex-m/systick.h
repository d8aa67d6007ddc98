#ifndef RNNP_SYSTICK_H
#define RNNP_SYSTICK_H

#include <stdint.h>

/* Starts the millisecond interrupt; `core_hz` is the processor's clock. */
void systick_start(uint32_t core_hz);

void systick_handler(void);

#endif
