/* An STM32F405 with an 8 MHz crystal: USART1 on PA9 (TX) and PA10 (RX). */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "stm32f405"
#define BOARD_IRQS 82
#define BOARD_UART_IRQ 37

#ifndef BOARD_HSE_HZ
#define BOARD_HSE_HZ 8000000u
#endif
#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

#define BOARD_USART USART1
#define BOARD_USART_RCC RCC_APB2ENR
#define BOARD_USART_RCC_BIT 4
#define BOARD_USART_AF 7
#define BOARD_TX_PORT 'A'
#define BOARD_TX_PIN 9
#define BOARD_RX_PORT 'A'
#define BOARD_RX_PIN 10

#endif
