/* 168 MHz from the 25 MHz crystal; the internal oscillator where the crystal or PLL does not start. */
#include "netduinoplus2.h"
#include "stm32f405.h"

#define HSI_HZ 16000000u
#define PLL_HZ 168000000u
#define WAIT 100000u

static bool wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value) {
  for (uint32_t i = 0; i < WAIT; i++) {
    if ((*reg & mask) == value) {
      return true;
    }
  }
  return false;
}

/* The internal oscillator is always ready after a reset. */
bool clock_present(void) { return (RCC_CR & 2u) != 0; }

uint32_t clock_start(void) {
  if (!clock_present()) {
    return PLL_HZ;
  }
  RCC_CR |= 1u << 16;
  if (!wait_for(&RCC_CR, 1u << 17, 1u << 17)) {
    return HSI_HZ;
  }
  RCC_PLLCFGR = 25u | 336u << 6 | 0u << 16 | 1u << 22 | 7u << 24; /* /25 *336 /2, from the crystal */
  RCC_CR |= 1u << 24;
  if (!wait_for(&RCC_CR, 1u << 25, 1u << 25)) {
    return HSI_HZ;
  }
  FLASH_ACR = 5u | 7u << 8;                 /* 5 wait states, prefetch and caches */
  RCC_CFGR = 5u << 10 | 4u << 13 | 2u;      /* APB1 /4, APB2 /2, PLL as the system clock */
  return wait_for(&RCC_CFGR, 3u << 2, 2u << 2) ? PLL_HZ : HSI_HZ;
}
