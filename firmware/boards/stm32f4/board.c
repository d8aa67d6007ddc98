/* Boards with an STM32F405 or STM32F446: one USART as the serial line, TIM2 as the tick counter. */
#include "board.h"

#include "board_config.h"
#include "core.h"
#include "rnnp/rnnp_link_wire.h"
#include "startup.h"
#include "stm32_watchdog.h"
#include "stm32f4.h"
#include "systick.h"

#define QEMU_TIMER_HZ 1000000000u

const char *const board_name = BOARD_NAME;

static uint32_t reset_flags;
static board_receive_t receive_bytes;
static void *receive_context;
static uint32_t core_hz;

void board_start(void) {
  core_hz = stm32f4_start_clock();
  reset_flags = register_read(RCC_CSR);
  register_change(RCC_CSR, 0, RCC_CSR_CLEAR);
  register_change(RCC_APB1ENR, 0, 1u);
  (void)register_read(RCC_APB1ENR); /* a peripheral answers two cycles after its clock is on */
  register_write(TIM2_PSC, 0);
  register_write(TIM2_ARR, 0xffffffffu);
  register_write(TIM2_EGR, 1);
  register_write(TIM2_CR1, 1);
  systick_start(core_hz);
}

uint32_t board_clock_hz(void) { return core_hz; }

uint32_t board_ticks(void) { return register_read(TIM2_CNT); }

/* Timers of APB1 run at half the core's clock when that is divided, at the core's clock otherwise. QEMU counts this one at 1 GHz. */
uint32_t board_ticks_hz(void) { return !stm32f4_has_clock() ? QEMU_TIMER_HZ : core_hz == STM32F4_PLL_HZ ? core_hz / 2 : core_hz; }

static void set_pin(char port, uint32_t pin, bool pull_up) {
  uint32_t base = GPIO_PORT((uint32_t)port);
  register_change(base + GPIO_AFRL + 4 * (pin / 8), 0xfu << (4 * (pin % 8)), (uint32_t)BOARD_USART_AF << (4 * (pin % 8)));
  register_change(base + GPIO_PUPDR, 3u << (2 * pin), (pull_up ? 1u : 0u) << (2 * pin));
  register_change(base + GPIO_MODER, 3u << (2 * pin), 2u << (2 * pin));
}

/* The rate of the bus that the USART hangs on. */
static uint32_t usart_bus_hz(void) {
  if (core_hz != STM32F4_PLL_HZ) {
    return core_hz;
  }
  return BOARD_USART_RCC == RCC_APB2ENR ? core_hz / 2 : core_hz / 4;
}

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  register_change(RCC_AHB1ENR, 0, 1u << (BOARD_TX_PORT - 'A') | 1u << (BOARD_RX_PORT - 'A'));
  register_change(BOARD_USART_RCC, 0, 1u << BOARD_USART_RCC_BIT);
  (void)register_read(BOARD_USART_RCC);
  set_pin(BOARD_TX_PORT, BOARD_TX_PIN, false);
  set_pin(BOARD_RX_PORT, BOARD_RX_PIN, true); /* an open line reads as idle */
  register_write(BOARD_USART + USART_BRR, (usart_bus_hz() + BOARD_BAUD / 2) / BOARD_BAUD);
  register_write(BOARD_USART + USART_CR1, USART_CR1_UE | USART_CR1_RXNEIE | USART_CR1_TE | USART_CR1_RE);
  core_enable_interrupt(BOARD_UART_IRQ);
}

void board_uart_irq(void) {
  systick_wake_up();
  uint32_t status;
  /* An overrun can be flagged without a byte. Reading SR, then DR clears it, and framing and noise errors with it. */
  while ((status = register_read(BOARD_USART + USART_SR)) & (USART_SR_RXNE | USART_SR_ORE)) {
    uint8_t byte = (uint8_t)register_read(BOARD_USART + USART_DR);
    size_t lost = status & USART_SR_ORE ? 1 : 0;
    if (status & USART_SR_RXNE) {
      lost += 1 - receive_bytes(receive_context, &byte, 1);
    }
    if (lost > 0) {
      (void)receive_bytes(receive_context, NULL, lost);
    }
  }
  /* The interrupt has ended the sleep in board_idle; board_serial_write enables the next one. */
  if (status & USART_SR_TXE) {
    register_change(BOARD_USART + USART_CR1, USART_CR1_TXEIE, 0);
  }
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && (register_read(BOARD_USART + USART_SR) & USART_SR_TXE)) {
    register_write(BOARD_USART + USART_DR, bytes[done++]);
  }
  if (done < count) {
    register_change(BOARD_USART + USART_CR1, 0, USART_CR1_TXEIE);
  }
  return done;
}

void board_device_id(uint8_t id[12]) {
  for (uint32_t i = 0; i < 12; i++) {
    uint32_t word = stm32f4_has_clock() ? register_read(UNIQUE_ID(i / 4)) : 0;
    id[i] = (uint8_t)(word >> (8 * (i % 4)));
  }
}

uint8_t board_boot_reason(void) {
  if (board_last_fault()) {
    return RNNP_BOOT_FAULT;
  }
  if (reset_flags & (RCC_CSR_IWDG | RCC_CSR_WWDG)) {
    return RNNP_BOOT_WATCHDOG;
  }
  if (reset_flags & RCC_CSR_SOFTWARE) {
    return RNNP_BOOT_SOFTWARE;
  }
  if (reset_flags & RCC_CSR_POWER) {
    return RNNP_BOOT_POWER;
  }
  return reset_flags & RCC_CSR_PIN ? RNNP_BOOT_PIN : RNNP_BOOT_UNKNOWN;
}

void board_watchdog_start(void) { stm32_watchdog_start(IWDG); }

void board_watchdog_feed(void) { stm32_watchdog_feed(IWDG); }

void board_reboot(void) { core_reset(); }
