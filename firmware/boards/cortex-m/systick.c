/* Milliseconds from the tick counter, and sleep with SysTick as the alarm clock. */
#include "systick.h"

#include "board.h"

#define SYSTICK_CTRL (*(volatile uint32_t *)0xe000e010u)
#define SYSTICK_LOAD (*(volatile uint32_t *)0xe000e014u)
#define SYSTICK_VAL (*(volatile uint32_t *)0xe000e018u)

static uint32_t last_ticks;
static uint32_t remainder_ticks;
static uint32_t milliseconds;

void systick_start(uint32_t core_hz) {
  SYSTICK_LOAD = core_hz / 1000 - 1;
  SYSTICK_VAL = 0;
  SYSTICK_CTRL = 7;
}

void systick_handler(void) {}

/* Right as long as it is called more often than the counter wraps around. */
uint32_t board_millis(void) {
  const uint32_t per_millisecond = board_ticks_hz() / 1000;
  uint32_t now = board_ticks();
  remainder_ticks += (now - last_ticks) % per_millisecond;
  milliseconds += (now - last_ticks) / per_millisecond + remainder_ticks / per_millisecond;
  remainder_ticks %= per_millisecond;
  last_ticks = now;
  return milliseconds;
}

/* The next millisecond wakes it at the latest. */
void board_idle(void) { __asm__ volatile("wfi"); }
