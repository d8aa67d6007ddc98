/* NUCLEO-H743ZI: 8 MHz from the ST-Link, USART3 on PD8 (TX) and PD9 (RX), which the ST-Link makes a USB port. */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_IRQS 150
#define BOARD_UART_IRQ 39

#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

#endif
