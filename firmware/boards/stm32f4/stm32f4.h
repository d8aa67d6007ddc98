/* The registers of the STM32F405 and STM32F446 that the boards use (RM0090, RM0390). */
#ifndef STM32F4_H
#define STM32F4_H

#include <stdbool.h>
#include <stdint.h>

#include "register.h"

#define FLASH_START 0x08000000u
#define FLASH_ACR 0x40023c00u
#define FLASH_KEYR 0x40023c04u
#define FLASH_SR 0x40023c0cu
#define FLASH_CR 0x40023c10u
#define IWDG 0x40003000u
#define RCC_CR 0x40023800u
#define RCC_PLLCFGR 0x40023804u
#define RCC_CFGR 0x40023808u
#define RCC_AHB1ENR 0x40023830u
#define RCC_APB1ENR 0x40023840u
#define RCC_APB2ENR 0x40023844u
#define RCC_CSR 0x40023874u
#define TIM2_CR1 0x40000000u
#define TIM2_EGR 0x40000014u
#define TIM2_CNT 0x40000024u
#define TIM2_PSC 0x40000028u
#define TIM2_ARR 0x4000002cu
#define UNIQUE_ID(n) (0x1fff7a10u + 4u * (n))

#define FLASH_ACR_CACHES (3u << 9)
#define FLASH_ACR_RESET_CACHES (3u << 11)
#define FLASH_KEY1 0x45670123u
#define FLASH_KEY2 0xcdef89abu
#define FLASH_SR_ERRORS 0xf2u /* operation, write protection, alignment, parallelism, sequence */
#define FLASH_SR_BSY (1u << 16)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_SER (1u << 1)
#define FLASH_CR_32_BITS (2u << 8)
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)

#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSIRDY (1u << 1)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR_HSE (1u << 22)
#define RCC_PLLCFGR_KEEP 0xf0000000u /* reserved bits, on the STM32F446 the divider R */
#define RCC_CSR_CLEAR (1u << 24)
#define RCC_CSR_PIN (1u << 26)
#define RCC_CSR_POWER (1u << 27)
#define RCC_CSR_SOFTWARE (1u << 28)
#define RCC_CSR_IWDG (1u << 29)
#define RCC_CSR_WWDG (1u << 30)

#define GPIO_PORT(letter) (0x40020000u + 0x400u * ((letter) - 'A'))
#define GPIO_MODER 0x00u
#define GPIO_PUPDR 0x0cu
#define GPIO_AFRL 0x20u

#define USART1 0x40011000u
#define USART2 0x40004400u
#define USART3 0x40004800u
#define USART6 0x40011400u
#define USART_SR 0x00u
#define USART_DR 0x04u
#define USART_BRR 0x08u
#define USART_CR1 0x0cu
#define USART_SR_ORE (1u << 3)
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TXE (1u << 7)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_TXEIE (1u << 7)
#define USART_CR1_UE (1u << 13)

#define STM32F4_PLL_HZ 168000000u

/* Whether there are clock registers. QEMU's machine has none, runs at full rate, and has no unique id to read either. */
bool stm32f4_has_clock(void);

/* Switches to 168 MHz from the PLL, or stays on the internal oscillator, and returns the rate of the core's clock. */
uint32_t stm32f4_start_clock(void);

#endif
