#ifndef NETDUINOPLUS2_H
#define NETDUINOPLUS2_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there are clock registers. QEMU's board has none, runs at full rate, and has no unique id to read either. */
bool clock_present(void);

/* Switches to the fastest clock that works and returns its rate. */
uint32_t clock_start(void);

#endif
