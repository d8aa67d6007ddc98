/* Values for the code that Cortex-M boards share. */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_IRQS 48     /* interrupts of the chip */
#define BOARD_UART_IRQ 20 /* the one of the serial port */

#endif
