/* Arm's MPS2 and MPS3 boards in QEMU: CMSDK serial port 0, slots in external RAM, which a reset leaves as it is. */
#include "board.h"

#include <string.h>

#include "board_config.h"
#include "core.h"
#include "memory_slots.h"
#include "rnnp/rnnp_link_wire.h"
#include "startup.h"
#include "systick.h"

#define UART_DATA (BOARD_UART + 0x00u)
#define UART_STATE (BOARD_UART + 0x04u)
#define UART_CTRL (BOARD_UART + 0x08u)
#define UART_INTCLEAR (BOARD_UART + 0x0cu)
#define UART_BAUDDIV (BOARD_UART + 0x10u)
#define UART_STATE_TX_FULL 1u
#define UART_STATE_RX_FULL 2u

#define WATCHDOG_CONTROL (BOARD_WATCHDOG + 0x08u)
#define WATCHDOG_INTCLR (BOARD_WATCHDOG + 0x0cu)
#define WATCHDOG_LOCK (BOARD_WATCHDOG + 0xc00u)
#define WATCHDOG_KEY 0x1acce551u
#define WATCHDOG_S 8u
#define EXCEPTION_NMI 2u

#define MARK (BOARD_SLOT_MEMORY + MEMORY_SLOTS_BYTES) /* after the slots */
#define MARK_SOFTWARE 0x736f6674u

const char *const board_name = BOARD_NAME;

static board_receive_t receive_bytes;
static void *receive_context;
static uint32_t start_mark;

void board_start(void) {
  start_mark = register_read(MARK);
  register_write(MARK, 0);
#ifdef BOARD_TIMER
  register_write(BOARD_TIMER + 0x08u, 0xffffffffu); /* reload */
  register_write(BOARD_TIMER + 0x04u, 0xffffffffu); /* value */
  register_write(BOARD_TIMER, 1);
#else
  register_write(BOARD_COUNTER, 1);
#endif
  systick_start(BOARD_CORE_HZ);
}

uint32_t board_clock_hz(void) { return BOARD_CORE_HZ; }

/* CMSDK timers count down, the system counter of newer boards counts up. */
uint32_t board_ticks(void) {
#ifdef BOARD_TIMER
  return ~register_read(BOARD_TIMER + 0x04u);
#else
  return register_read(BOARD_COUNTER + 0x08u);
#endif
}

uint32_t board_ticks_hz(void) { return BOARD_CORE_HZ; }

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  register_write(UART_BAUDDIV, (BOARD_CORE_HZ + BOARD_BAUD / 2) / BOARD_BAUD);
  register_write(UART_CTRL, 1u | 2u | 8u); /* transmitter, receiver and its interrupt */
  core_enable_interrupt(BOARD_UART_IRQ);
}

void board_uart_irq(void) {
  systick_wake_up();
  register_write(UART_INTCLEAR, 2);
  while (register_read(UART_STATE) & UART_STATE_RX_FULL) {
    uint8_t byte = (uint8_t)register_read(UART_DATA);
    if (receive_bytes(receive_context, &byte, 1) == 0) {
      (void)receive_bytes(receive_context, NULL, 1);
    }
  }
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && !(register_read(UART_STATE) & UART_STATE_TX_FULL)) {
    register_write(UART_DATA, bytes[done++]);
  }
  return done;
}

uint8_t *board_slot_memory(void) { return (uint8_t *)BOARD_SLOT_MEMORY; }

/* The boards have no serial number. */
void board_device_id(uint8_t id[12]) {
  static const char name[12] = BOARD_NAME;
  memcpy(id, name, sizeof name);
}

uint8_t board_boot_reason(void) {
  const rnnp_wire_fault_t *fault = board_last_fault();
  if (fault) {
    return fault->exception == EXCEPTION_NMI ? RNNP_BOOT_WATCHDOG : RNNP_BOOT_FAULT;
  }
  return start_mark == MARK_SOFTWARE ? RNNP_BOOT_SOFTWARE : RNNP_BOOT_POWER;
}

void board_reboot(void) {
  register_write(MARK, MARK_SOFTWARE);
  core_reset();
}

/* The first expiry is a non-maskable interrupt, in which the fault's handler records where the program was; the second one resets. */
void board_watchdog_start(void) {
  register_write(WATCHDOG_LOCK, WATCHDOG_KEY);
  register_write(BOARD_WATCHDOG, BOARD_WATCHDOG_HZ * WATCHDOG_S);
  register_write(WATCHDOG_CONTROL, 3);
}

/* Any value reloads the counter. */
void board_watchdog_feed(void) { register_write(WATCHDOG_INTCLR, 1); }
