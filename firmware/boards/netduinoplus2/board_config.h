/* Netduino Plus 2: STM32F405, 25 MHz crystal, USART6 on D1 (PC6, TX) and D0 (PC7, RX). */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "netduinoplus2"
#define BOARD_IRQS 82
#define BOARD_UART_IRQ 71

#ifndef BOARD_HSE_HZ
#define BOARD_HSE_HZ 25000000u
#endif
#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

#define BOARD_USART USART6
#define BOARD_USART_RCC RCC_APB2ENR
#define BOARD_USART_RCC_BIT 5
#define BOARD_USART_AF 8
#define BOARD_TX_PORT 'C'
#define BOARD_TX_PIN 6
#define BOARD_RX_PORT 'C'
#define BOARD_RX_PIN 7

#endif
