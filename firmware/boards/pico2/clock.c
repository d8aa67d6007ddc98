/* 150 MHz from the crystal. The boot ROM itself needs no crystal; without one the board waits here. */
#include "rp2350.h"

#define PLL_HZ 150000000u
#define STATUS_STABLE (1u << 31)

static void wait_for(uint32_t address, uint32_t mask) {
  while ((register_read(address) & mask) != mask) {
  }
}

void rp2350_release(uint32_t peripherals) {
  register_change(RESETS_RESET, peripherals, 0);
  wait_for(RESETS_DONE, peripherals);
}

uint32_t rp2350_start_clock(void) {
  register_write(XOSC_STARTUP, 47); /* 1 ms in units of 256 periods of 12 MHz */
  register_write(XOSC_CTRL, 0xfabaa0u);
  wait_for(XOSC_STATUS, STATUS_STABLE);
  /* The core runs from the crystal while the PLL is set up. */
  register_write(CLOCKS_REF_CTRL, 2);
  wait_for(CLOCKS_REF_SELECTED, 1u << 2);
  register_write(CLOCKS_SYS_CTRL, 0);
  wait_for(CLOCKS_SYS_SELECTED, 1u << 0);
  register_change(RESETS_RESET, 0, RESET_PLL_SYS);
  rp2350_release(RESET_PLL_SYS);
  register_write(PLL_CS, 1);
  register_write(PLL_FBDIV, 125); /* VCO at 1,500 MHz */
  register_change(PLL_PWR, 1u << 0 | 1u << 5, 0);
  wait_for(PLL_CS, STATUS_STABLE);
  register_write(PLL_PRIM, 5u << 16 | 2u << 12);
  register_change(PLL_PWR, 1u << 3, 0);
  register_write(CLOCKS_SYS_CTRL, 1);
  wait_for(CLOCKS_SYS_SELECTED, 1u << 1);
  register_write(CLOCKS_PERI_CTRL, 1u << 11);
  return PLL_HZ;
}
