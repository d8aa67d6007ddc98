/*
 * A board to copy: every function that a Cortex-M board has to define, for a chip with an imaginary serial port. The functions of
 * board.h that are missing here are defined by cortex-m/ (time, sleep, stack, faults, arena, model, build hash) and no_slots.c.
 */
#include "board.h"

#include <string.h>

#include "board_config.h"
#include "core.h"
#include "cycles.h"
#include "rnnp/rnnp_link_wire.h"
#include "startup.h"
#include "systick.h"

#define CORE_HZ 64000000u
#define PORT_DATA 0x40001000u
#define PORT_STATE 0x40001004u
#define PORT_STATE_RECEIVED (1u << 0)
#define PORT_STATE_FREE (1u << 1)

const char *const board_name = "template";

static board_receive_t receive_bytes;
static void *receive_context;

/* Clocks and memories, before main. */
void board_start(void) {
  cycles_start();
  systick_start(CORE_HZ);
}

uint32_t board_clock_hz(void) { return CORE_HZ; }

uint32_t board_ticks(void) { return cycles_read(); }

uint32_t board_ticks_hz(void) { return CORE_HZ; }

/* Pins (the receiving one with a pull-up), 921,600 baud, the receive interrupt. */
void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  core_enable_interrupt(BOARD_UART_IRQ);
}

/* A port that can flag an overrun or a framing error without a byte has to clear it here. */
void board_uart_irq(void) {
  systick_wake_up();
  while (register_read(PORT_STATE) & PORT_STATE_RECEIVED) {
    uint8_t byte = (uint8_t)register_read(PORT_DATA);
    if (receive_bytes(receive_context, &byte, 1) == 0) {
      (void)receive_bytes(receive_context, NULL, 1);
    }
  }
}

/* Where not all bytes fit, the port's transmit interrupt has to call systick_wake_up when there is room again. */
size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && (register_read(PORT_STATE) & PORT_STATE_FREE)) {
    register_write(PORT_DATA, bytes[done++]);
  }
  return done;
}

/* The chip's serial number. */
void board_device_id(uint8_t id[12]) { memset(id, 0, 12); }

/* A fault of the processor, otherwise from the chip's reset flags. */
uint8_t board_boot_reason(void) { return board_last_fault() ? RNNP_BOOT_FAULT : RNNP_BOOT_UNKNOWN; }

/* The chip's watchdog, with a timeout of about 8 seconds. */
void board_watchdog_start(void) {}

void board_watchdog_feed(void) {}

void board_reboot(void) { core_reset(); }
