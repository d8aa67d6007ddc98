/* Adafruit Feather STM32F405 Express: 12 MHz crystal, USART3 on TX (PB10) and RX (PB11). */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "feather-stm32f405"
#define BOARD_IRQS 82
#define BOARD_UART_IRQ 39

#ifndef BOARD_HSE_HZ
#define BOARD_HSE_HZ 12000000u
#endif
#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

#define BOARD_USART USART3
#define BOARD_USART_RCC RCC_APB1ENR
#define BOARD_USART_RCC_BIT 18
#define BOARD_USART_AF 7
#define BOARD_TX_PORT 'B'
#define BOARD_TX_PIN 10
#define BOARD_RX_PORT 'B'
#define BOARD_RX_PIN 11

#endif
