/* Raspberry Pi Pico 2: UART0 as the serial line, the cycle counter for measuring. The second core sleeps in the boot ROM. */
#include "board.h"

#include <string.h>

#include "board_config.h"
#include "core.h"
#include "cycles.h"
#include "rnnp/rnnp_link_wire.h"
#include "rp2350.h"
#include "startup.h"
#include "systick.h"

#define WATCHDOG_US 8000000u
#define XOSC_MHZ 12u
#define TX_PIN 0
#define RX_PIN 1
#define ALL_BUT_OSCILLATORS 0x01fffff3u /* of the power-on state machine */

const char *const board_name = "pico2";

static uint32_t reset_reason;
static board_receive_t receive_bytes;
static void *receive_context;
static uint32_t core_hz;

void board_start(void) {
  core_hz = rp2350_start_clock();
  reset_reason = register_read(WATCHDOG_REASON);
  cycles_start();
  systick_start(core_hz);
}

uint32_t board_clock_hz(void) { return core_hz; }

uint32_t board_ticks(void) { return cycles_read(); }

uint32_t board_ticks_hz(void) { return core_hz; }

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  rp2350_release(RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_UART0);
  /* The divider counts in 64ths of 16 samples a bit. LCR_H latches both of its registers. */
  uint32_t divider = (4 * core_hz + BOARD_BAUD / 2) / BOARD_BAUD;
  register_write(UART_IBRD, divider / 64);
  register_write(UART_FBRD, divider % 64);
  register_write(UART_LCR_H, 3u << 5 | 1u << 4); /* 8 bits, FIFOs */
  register_write(UART_CR, 1u | 1u << 8 | 1u << 9);
  register_write(UART_IMSC, UART_INT_RX | UART_INT_RX_TIMEOUT);
  register_write(PADS_GPIO(TX_PIN), PAD_INPUT_ENABLE | PAD_DRIVE_4MA | PAD_SCHMITT);
  register_write(PADS_GPIO(RX_PIN), PAD_INPUT_ENABLE | PAD_DRIVE_4MA | PAD_PULL_UP | PAD_SCHMITT); /* an open line reads as idle */
  register_write(IO_GPIO_CTRL(TX_PIN), GPIO_FUNCTION_UART);
  register_write(IO_GPIO_CTRL(RX_PIN), GPIO_FUNCTION_UART);
  core_enable_interrupt(BOARD_UART_IRQ);
}

void board_uart_irq(void) {
  systick_wake_up();
  register_write(UART_ICR, UART_INT_ALL);
  while (!(register_read(UART_FR) & UART_FR_RX_EMPTY)) {
    uint8_t byte = (uint8_t)register_read(UART_DR);
    if (receive_bytes(receive_context, &byte, 1) == 0) {
      (void)receive_bytes(receive_context, NULL, 1);
    }
  }
  if (!(register_read(UART_FR) & UART_FR_TX_FULL)) {
    register_change(UART_IMSC, UART_INT_TX, 0);
  }
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && !(register_read(UART_FR) & UART_FR_TX_FULL)) {
    register_write(UART_DR, bytes[done++]);
  }
  if (done < count) {
    register_change(UART_IMSC, 0, UART_INT_TX);
  }
  return done;
}

void board_device_id(uint8_t id[12]) {
  memcpy(id, "rp23", 4);
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t word = register_read(OTP_CHIP_ID(i));
    memcpy(id + 4 + 4 * i, &word, sizeof word);
  }
}

uint8_t board_boot_reason(void) {
  if (board_last_fault()) {
    return RNNP_BOOT_FAULT;
  }
  if (reset_reason & WATCHDOG_REASON_TIMER) {
    return RNNP_BOOT_WATCHDOG;
  }
  return reset_reason & WATCHDOG_REASON_FORCE ? RNNP_BOOT_SOFTWARE : RNNP_BOOT_POWER;
}

/* The watchdog counts microseconds. */
void board_watchdog_start(void) {
  register_write(TICKS_WATCHDOG_CYCLES, XOSC_MHZ);
  register_write(TICKS_WATCHDOG_CTRL, 1);
  register_write(PSM_WDSEL, ALL_BUT_OSCILLATORS);
  board_watchdog_feed();
  register_write(WATCHDOG_CTRL, WATCHDOG_CTRL_ENABLE);
}

void board_watchdog_feed(void) { register_write(WATCHDOG_LOAD, WATCHDOG_US); }

void board_reboot(void) {
  register_write(PSM_WDSEL, ALL_BUT_OSCILLATORS);
  register_write(WATCHDOG_CTRL, WATCHDOG_CTRL_TRIGGER);
  for (;;) {
  }
}
