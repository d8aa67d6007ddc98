/* Milliseconds from SysTick, and sleep until an interrupt. */
#include "systick.h"

#include "board.h"

#define SYSTICK_CTRL (*(volatile uint32_t *)0xe000e010u)
#define SYSTICK_LOAD (*(volatile uint32_t *)0xe000e014u)
#define SYSTICK_VAL (*(volatile uint32_t *)0xe000e018u)

static volatile uint32_t milliseconds;

void systick_start(uint32_t core_hz) {
  SYSTICK_LOAD = core_hz / 1000 - 1;
  SYSTICK_VAL = 0;
  SYSTICK_CTRL = 7;
}

void systick_handler(void) { milliseconds++; }

uint32_t board_millis(void) { return milliseconds; }

/* The next millisecond wakes it at the latest. */
void board_idle(void) { __asm__ volatile("wfi"); }

uint32_t systick_measure(uint32_t (*counter)(void)) {
  const uint32_t span = 8;
  uint32_t start = milliseconds;
  while (milliseconds == start) {
  }
  uint32_t from = counter();
  start = milliseconds;
  while (milliseconds - start < span) {
  }
  return (counter() - from) / span * 1000;
}
