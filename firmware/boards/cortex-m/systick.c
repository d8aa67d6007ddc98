/* Milliseconds from the tick counter, and sleep with SysTick as the timeout. */
#include "systick.h"

#include "board.h"

#define SYSTICK_CTRL (*(volatile uint32_t *)0xe000e010u)
#define SYSTICK_LOAD (*(volatile uint32_t *)0xe000e014u)
#define SYSTICK_VAL (*(volatile uint32_t *)0xe000e018u)

static uint32_t last_ticks;
static uint32_t remainder_ticks;
static uint32_t milliseconds;
static volatile bool wake_up;

void systick_start(uint32_t core_hz) {
  SYSTICK_LOAD = core_hz / 1000 - 1;
  SYSTICK_VAL = 0;
  SYSTICK_CTRL = 7;
}

void systick_handler(void) {}

/* Must be called at least once per period of the tick counter. */
uint32_t board_millis(void) {
  const uint32_t per_millisecond = board_ticks_hz() / 1000;
  uint32_t now = board_ticks();
  remainder_ticks += (now - last_ticks) % per_millisecond;
  milliseconds += (now - last_ticks) / per_millisecond + remainder_ticks / per_millisecond;
  remainder_ticks %= per_millisecond;
  last_ticks = now;
  return milliseconds;
}

void systick_wake_up(void) { wake_up = true; }

/* An interrupt can occur after the main loop has checked its work and before wfi. The flag records it, and interrupts are masked
   between the test and wfi: a masked interrupt still ends wfi. SysTick ends it after a millisecond. */
void board_idle(void) {
  __asm__ volatile("cpsid i" ::: "memory");
  if (!wake_up) {
    __asm__ volatile("wfi");
  }
  wake_up = false;
  __asm__ volatile("cpsie i" ::: "memory");
}
