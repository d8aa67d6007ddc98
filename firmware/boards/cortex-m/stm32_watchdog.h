/*
 * The independent watchdog of STM32 chips, on its own oscillator of 32 kHz (17 to 47 kHz). It resets the board 8 s (5.5 to 15 s)
 * after it was last fed: the longest erase of a flash sector stalls the processor for 4 s.
 */
#ifndef RNNP_STM32_WATCHDOG_H
#define RNNP_STM32_WATCHDOG_H

#include "register.h"

#define IWDG_KR 0x0u
#define IWDG_PR 0x4u
#define IWDG_RLR 0x8u
#define IWDG_KR_FEED 0xaaaau
#define IWDG_KR_UNLOCK 0x5555u
#define IWDG_KR_START 0xccccu

static inline void stm32_watchdog_feed(uint32_t base) { register_write(base + IWDG_KR, IWDG_KR_FEED); }

static inline void stm32_watchdog_start(uint32_t base) {
  register_write(base + IWDG_KR, IWDG_KR_START);
  register_write(base + IWDG_KR, IWDG_KR_UNLOCK);
  register_write(base + IWDG_PR, 4); /* divided by 64 */
  register_write(base + IWDG_RLR, 0xfffu);
  stm32_watchdog_feed(base);
}

#endif
