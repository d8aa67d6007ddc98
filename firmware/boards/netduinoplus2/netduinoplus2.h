#ifndef NETDUINOPLUS2_H
#define NETDUINOPLUS2_H

#include <stdbool.h>
#include <stdint.h>

/* Switches to the fastest clock that works and returns its rate. */
uint32_t clock_start(void);

#endif
