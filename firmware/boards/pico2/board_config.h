/* Raspberry Pi Pico 2: 12 MHz crystal, UART0 on GP0 (TX, pin 1) and GP1 (RX, pin 2). */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_IRQS 52
#define BOARD_UART_IRQ 33

#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

#endif
