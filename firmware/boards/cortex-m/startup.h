#ifndef RNNP_STARTUP_H
#define RNNP_STARTUP_H

#include <stdint.h>

/* Number of interrupts of the chip, and which is the serial port's. */
#ifndef BOARD_IRQS
#error "the board sets BOARD_IRQS and BOARD_UART_IRQ"
#endif

/* Clock and memory set-up, before main. */
void board_start(void);

/* The serial port's interrupt. */
void board_uart_irq(void);

/* Notes the reason and resets. */
void board_fault(void);

/* Most bytes of stack ever used. */
uint32_t board_stack_used(void);

#endif
