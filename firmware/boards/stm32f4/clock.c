/* 168 MHz from the board's oscillator; from the internal one, which is accurate to 1 %, where that one does not start. */
#include "board_config.h"
#include "stm32f4.h"

#define HSI_HZ 16000000u
#define WAIT 100000u

#ifndef BOARD_HSE_BYPASS
#define BOARD_HSE_BYPASS 0u
#endif

_Static_assert(BOARD_HSE_HZ % 1000000u == 0, "the PLL's input is 1 MHz");

static bool wait_for(uint32_t address, uint32_t mask, uint32_t value) {
  for (uint32_t i = 0; i < WAIT; i++) {
    if ((register_read(address) & mask) == value) {
      return true;
    }
  }
  return false;
}

/* The internal oscillator is ready after every reset. */
bool stm32f4_has_clock(void) { return (register_read(RCC_CR) & RCC_CR_HSIRDY) != 0; }

uint32_t stm32f4_start_clock(void) {
  if (!stm32f4_has_clock()) {
    return STM32F4_PLL_HZ;
  }
  register_change(RCC_CR, 0, RCC_CR_HSEON | (BOARD_HSE_BYPASS ? RCC_CR_HSEBYP : 0));
  bool hse = wait_for(RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY);
  uint32_t source_hz = hse ? BOARD_HSE_HZ : HSI_HZ;
  /* VCO at 336 MHz, divided by 2 for the core and by 7 for USB */
  uint32_t pll = source_hz / 1000000u | 336u << 6 | 0u << 16 | (hse ? RCC_PLLCFGR_HSE : 0) | 7u << 24;
  register_change(RCC_PLLCFGR, ~RCC_PLLCFGR_KEEP, pll);
  register_change(RCC_CR, 0, RCC_CR_PLLON);
  if (!wait_for(RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY)) {
    return HSI_HZ;
  }
  register_write(FLASH_ACR, 5u | 7u << 8);            /* 5 wait states, prefetch and caches */
  register_write(RCC_CFGR, 5u << 10 | 4u << 13 | 2u); /* APB1 /4, APB2 /2, PLL as the system clock */
  return wait_for(RCC_CFGR, 3u << 2, 2u << 2) ? STM32F4_PLL_HZ : HSI_HZ;
}
