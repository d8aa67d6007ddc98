#ifndef RNNP_STARTUP_H
#define RNNP_STARTUP_H

#include <stdint.h>

/* In the board's folder. It defines BOARD_IRQS, the number of interrupts of the chip, and BOARD_UART_IRQ, that of the serial port. */
#include "board_config.h"

/* Clock and memory set-up, before main. */
void board_start(void);

/* The serial port's interrupt. */
void board_uart_irq(void);

/* Largest stack use in bytes since start. */
uint32_t board_stack_used(void);

#endif
