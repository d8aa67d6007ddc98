/* 400 MHz from the ST-Link's 8 MHz, or from the internal oscillator, which is accurate to 1 %, where those do not come. */
#include <stdbool.h>

#include "stm32h743.h"

#define HSI_HZ 64000000u
#define PLL_HZ 400000000u
#define WAIT 100000u

static bool wait_for(uint32_t address, uint32_t mask, uint32_t value) {
  for (uint32_t i = 0; i < WAIT; i++) {
    if ((register_read(address) & mask) == value) {
      return true;
    }
  }
  return false;
}

uint32_t stm32h743_start_clock(void) {
  /* The supply (LDO) has to be confirmed once after power-on before the core's voltage can be raised for 400 MHz. */
  register_change(PWR_CR3, 0x7u, 0x2u);
  (void)wait_for(PWR_CSR1, 1u << 13, 1u << 13);
  register_change(PWR_D3CR, 3u << 14, 3u << 14);
  if (!wait_for(PWR_D3CR, 1u << 13, 1u << 13)) {
    return HSI_HZ;
  }
  register_change(RCC_CR, 0, RCC_CR_HSEBYP);
  register_change(RCC_CR, 0, RCC_CR_HSEON);
  bool hse = wait_for(RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY);
  /* input 8 MHz (64 MHz / 8 from the internal oscillator), VCO at 800 MHz, divided by 2 */
  register_write(RCC_PLLCKSELR, (hse ? 1u : 8u) << 4 | (hse ? 2u : 0u));
  register_write(RCC_PLLCFGR, 1u << 16 | 3u << 2);
  register_write(RCC_PLL1DIVR, (100u - 1) | 1u << 9 | 1u << 16 | 1u << 24);
  register_change(RCC_CR, 0, RCC_CR_PLL1ON);
  if (!wait_for(RCC_CR, RCC_CR_PLL1RDY, RCC_CR_PLL1RDY)) {
    return HSI_HZ;
  }
  register_write(FLASH_ACR, 2u | 2u << 4);       /* 2 wait states for a bus of 200 MHz */
  register_write(RCC_D1CFGR, 8u | 4u << 4);      /* AXI and AHB /2, APB3 /2 */
  register_write(RCC_D2CFGR, 4u << 4 | 4u << 8); /* APB1 and APB2 /2 */
  register_write(RCC_D3CFGR, 4u << 4);           /* APB4 /2 */
  register_change(RCC_CFGR, 7u, 3u);
  return wait_for(RCC_CFGR, 7u << 3, 3u << 3) ? PLL_HZ : HSI_HZ;
}

uint32_t stm32h743_apb1_hz(uint32_t core_hz) { return core_hz == PLL_HZ ? PLL_HZ / 4 : core_hz; }
