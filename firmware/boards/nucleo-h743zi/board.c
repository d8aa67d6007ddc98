/* NUCLEO-H743ZI: USART3 as the serial line, the cycle counter for measuring, both caches on. */
#include "board.h"

#include "board_config.h"
#include "core.h"
#include "cycles.h"
#include "rnnp/rnnp_link_wire.h"
#include "startup.h"
#include "stm32_watchdog.h"
#include "stm32h743.h"
#include "systick.h"

#define SCB_CCR 0xe000ed14u
#define SCB_CCR_DC (1u << 16)
#define SCB_CCR_IC (1u << 17)
#define SCB_CSSELR 0xe000ed84u
#define SCB_CCSIDR 0xe000ed80u
#define SCB_ICIALLU 0xe000ef50u
#define SCB_DCISW 0xe000ef60u

const char *const board_name = "nucleo-h743zi";

static uint32_t reset_flags;
static board_receive_t receive_bytes;
static void *receive_context;
static uint32_t core_hz;

/* The data cache holds the model alone: RAM is tightly coupled memory, which is not cached, and there is no DMA. */
static void start_caches(void) {
  register_write(SCB_CSSELR, 0);
  __asm__ volatile("dsb" ::: "memory");
  uint32_t geometry = register_read(SCB_CCSIDR);
  uint32_t sets = geometry >> 13 & 0x7fffu;
  uint32_t ways = geometry >> 3 & 0x3ffu;
  for (uint32_t set = 0; set <= sets; set++) {
    for (uint32_t way = 0; way <= ways; way++) {
      register_write(SCB_DCISW, set << 5 | way << 30);
    }
  }
  register_write(SCB_ICIALLU, 0);
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  register_change(SCB_CCR, 0, SCB_CCR_DC | SCB_CCR_IC);
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void board_start(void) {
  core_hz = stm32h743_start_clock();
  start_caches();
  reset_flags = register_read(RCC_RSR);
  register_change(RCC_RSR, 0, RCC_RSR_CLEAR);
  cycles_start();
  systick_start(core_hz);
}

uint32_t board_clock_hz(void) { return core_hz; }

uint32_t board_ticks(void) { return cycles_read(); }

uint32_t board_ticks_hz(void) { return core_hz; }

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  register_change(RCC_AHB4ENR, 0, 1u << 3);
  register_change(RCC_APB1LENR, 0, 1u << 18);
  (void)register_read(RCC_APB1LENR); /* a peripheral answers two cycles after its clock is on */
  register_change(GPIOD_AFRH, 0xffu, 0x77u);
  register_change(GPIOD_PUPDR, 0xfu << 16, 0x4u << 16); /* an open line reads as idle */
  register_change(GPIOD_MODER, 0xfu << 16, 0xau << 16);
  register_write(USART3_BRR, (stm32h743_apb1_hz(core_hz) + BOARD_BAUD / 2) / BOARD_BAUD);
  register_write(USART3_CR1, USART_CR1_UE | USART_CR1_RXNEIE | USART_CR1_TE | USART_CR1_RE);
  core_enable_interrupt(BOARD_UART_IRQ);
}

void board_uart_irq(void) {
  systick_wake_up();
  uint32_t status;
  while ((status = register_read(USART3_ISR)) & (USART_ISR_RXNE | USART_ISR_ORE)) {
    register_write(USART3_ICR, USART_ICR_ERRORS);
    size_t lost = status & USART_ISR_ORE ? 1 : 0;
    if (status & USART_ISR_RXNE) {
      uint8_t byte = (uint8_t)register_read(USART3_RDR);
      lost += 1 - receive_bytes(receive_context, &byte, 1);
    }
    if (lost > 0) {
      (void)receive_bytes(receive_context, NULL, lost);
    }
  }
  if (status & USART_ISR_TXE) {
    register_change(USART3_CR1, USART_CR1_TXEIE, 0);
  }
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && (register_read(USART3_ISR) & USART_ISR_TXE)) {
    register_write(USART3_TDR, bytes[done++]);
  }
  if (done < count) {
    register_change(USART3_CR1, 0, USART_CR1_TXEIE);
  }
  return done;
}

void board_device_id(uint8_t id[12]) {
  for (uint32_t i = 0; i < 12; i++) {
    id[i] = (uint8_t)(register_read(UNIQUE_ID(i / 4)) >> (8 * (i % 4)));
  }
}

uint8_t board_boot_reason(void) {
  if (board_last_fault()) {
    return RNNP_BOOT_FAULT;
  }
  if (reset_flags & (RCC_RSR_IWDG | RCC_RSR_WWDG)) {
    return RNNP_BOOT_WATCHDOG;
  }
  if (reset_flags & RCC_RSR_SOFTWARE) {
    return RNNP_BOOT_SOFTWARE;
  }
  if (reset_flags & RCC_RSR_POWER) {
    return RNNP_BOOT_POWER;
  }
  return reset_flags & RCC_RSR_PIN ? RNNP_BOOT_PIN : RNNP_BOOT_UNKNOWN;
}

void board_watchdog_start(void) { stm32_watchdog_start(IWDG1); }

void board_watchdog_feed(void) { stm32_watchdog_feed(IWDG1); }

void board_reboot(void) { core_reset(); }
