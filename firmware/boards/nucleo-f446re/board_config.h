/* NUCLEO-F446RE: STM32F446, 8 MHz from the ST-Link, USART2 on PA2 (TX) and PA3 (RX), which the ST-Link makes a USB port. */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "nucleo-f446re"
#define BOARD_IRQS 97
#define BOARD_UART_IRQ 38

#ifndef BOARD_HSE_HZ
#define BOARD_HSE_HZ 8000000u
#endif
#define BOARD_HSE_BYPASS 1u
#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

#define BOARD_USART USART2
#define BOARD_USART_RCC RCC_APB1ENR
#define BOARD_USART_RCC_BIT 17
#define BOARD_USART_AF 7
#define BOARD_TX_PORT 'A'
#define BOARD_TX_PIN 2
#define BOARD_RX_PORT 'A'
#define BOARD_RX_PIN 3

#endif
