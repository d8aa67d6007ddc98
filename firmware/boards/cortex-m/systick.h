#ifndef RNNP_SYSTICK_H
#define RNNP_SYSTICK_H

#include <stdint.h>

/* Starts the millisecond interrupt; `core_hz` is the processor's clock. */
void systick_start(uint32_t core_hz);

void systick_handler(void);

/* Makes the next board_idle return at once. Interrupts call it when they leave work to the main loop. */
void systick_wake_up(void);

#endif
