/* Vector table, reset and stack measurement of every Cortex-M board. The board's linker script gives the symbols. */
#include "startup.h"

#include <string.h>

#include "fault.h"
#include "systick.h"

extern uint32_t __data_load[];
extern uint32_t __data_start[];
extern uint32_t __data_end[];
extern uint32_t __bss_start[];
extern uint32_t __bss_end[];
extern uint32_t __stack_limit[];
extern uint32_t __stack_top[];

#define STACK_PAINT 0xa5a5a5a5u

extern int main(void);
void board_reset_handler(void);

static void stop(void) {
  for (;;) {
  }
}

typedef union {
  void (*handler)(void);
  const void *stack;
} vector_t;

#define VECTORS (16 + BOARD_IRQS)

__attribute__((section(".vectors"), used)) static const vector_t vectors[VECTORS] = {
  [0] = {.stack = __stack_top},
  [1] = {.handler = board_reset_handler},
  [2] = {.handler = fault_handler},
  [3] = {.handler = fault_handler},
  [4] = {.handler = fault_handler},
  [5] = {.handler = fault_handler},
  [6] = {.handler = fault_handler},
  [11] = {.handler = stop},
  [14] = {.handler = stop},
  [15] = {.handler = systick_handler},
  [16 + BOARD_UART_IRQ] = {.handler = board_uart_irq},
};

/* Access to the coprocessors 10 and 11, whose registers Helium uses: before anything that a compiler might vectorise. */
static inline void enable_vectors(void) {
#if defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

__attribute__((noreturn)) void board_reset_handler(void) {
  enable_vectors();
  for (uint32_t *p = __stack_limit; p < (uint32_t *)__builtin_frame_address(0) - 16; p++) {
    *(volatile uint32_t *)p = STACK_PAINT;
  }
  memcpy(__data_start, __data_load, (size_t)((uint8_t *)__data_end - (uint8_t *)__data_start));
  memset(__bss_start, 0, (size_t)((uint8_t *)__bss_end - (uint8_t *)__bss_start));
  fault_start();
  board_start();
  main();
  stop();
  __builtin_unreachable();
}

uint32_t board_stack_used(void) {
  const uint32_t *p = __stack_limit + FAULT_GUARD_BYTES / sizeof *p;
  while (p < __stack_top && *p == STACK_PAINT) {
    p++;
  }
  return (uint32_t)((const uint8_t *)__stack_top - (const uint8_t *)p);
}
