/* The registers of the STM32H743 that the board uses (RM0433). */
#ifndef STM32H743_H
#define STM32H743_H

#include <stdint.h>

#include "register.h"

#define FLASH_ACR 0x52002000u
#define FLASH_KEYR2 0x52002104u
#define FLASH_CR2 0x5200210cu
#define FLASH_SR2 0x52002110u
#define FLASH_CCR2 0x52002114u
#define IWDG1 0x58004800u
#define RCC_CR 0x58024400u
#define RCC_CFGR 0x58024410u
#define RCC_D1CFGR 0x58024418u
#define RCC_D2CFGR 0x5802441cu
#define RCC_D3CFGR 0x58024420u
#define RCC_PLLCKSELR 0x58024428u
#define RCC_PLLCFGR 0x5802442cu
#define RCC_PLL1DIVR 0x58024430u
#define RCC_RSR 0x580244d0u
#define RCC_AHB4ENR 0x580244e0u
#define RCC_APB1LENR 0x580244e8u
#define PWR_CR3 0x5802480cu
#define PWR_CSR1 0x58024804u
#define PWR_D3CR 0x58024818u
#define GPIOD_MODER 0x58020c00u
#define GPIOD_PUPDR 0x58020c0cu
#define GPIOD_AFRH 0x58020c24u
#define USART3_CR1 0x40004800u
#define USART3_BRR 0x4000480cu
#define USART3_ISR 0x4000481cu
#define USART3_ICR 0x40004820u
#define USART3_RDR 0x40004824u
#define USART3_TDR 0x40004828u
#define UNIQUE_ID(n) (0x1ff1e800u + 4u * (n))

#define FLASH_KEY1 0x45670123u
#define FLASH_KEY2 0xcdef89abu
#define FLASH_CR_LOCK (1u << 0)
#define FLASH_CR_PG (1u << 1)
#define FLASH_CR_SER (1u << 2)
#define FLASH_CR_64_BITS (3u << 4)
#define FLASH_CR_START (1u << 7)
#define FLASH_SR_BUSY 0x7u          /* busy, write buffer not empty, operations in the queue */
#define FLASH_SR_ERRORS 0x05ee0000u /* protection, sequence, strobe, inconsistency, operation, read, two wrong bits */
#define FLASH_SR_DBECCERR (1u << 26)

#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLL1ON (1u << 24)
#define RCC_CR_PLL1RDY (1u << 25)
#define RCC_RSR_CLEAR (1u << 16)
#define RCC_RSR_PIN (1u << 22)
#define RCC_RSR_POWER (1u << 23)
#define RCC_RSR_SOFTWARE (1u << 24)
#define RCC_RSR_IWDG (1u << 26)
#define RCC_RSR_WWDG (1u << 28)
#define USART_ISR_ORE (1u << 3)
#define USART_ISR_RXNE (1u << 5)
#define USART_ISR_TXE (1u << 7)
#define USART_CR1_UE (1u << 0)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_TXEIE (1u << 7)
#define USART_ICR_ERRORS 0xfu

/* Switches to 400 MHz from the PLL, or stays on the internal oscillator, and returns the rate of the core's clock. */
uint32_t stm32h743_start_clock(void);

/* The rate of APB1, from which USART3 takes its clock. */
uint32_t stm32h743_apb1_hz(uint32_t core_hz);

#endif
