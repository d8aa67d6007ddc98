/* Arm MPS2, AN386: CMSDK serial port 0, CMSDK timer 0, slots in PSRAM (which a reset leaves as it is). */
#include "board.h"

#include <string.h>

#include "memory_slots.h"
#include "rnnp/rnnp_link_wire.h"
#include "startup.h"
#include "systick.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define TIMER_CTRL REGISTER(0x40000000u)
#define TIMER_VALUE REGISTER(0x40000004u)
#define TIMER_RELOAD REGISTER(0x40000008u)
#define UART_DATA REGISTER(0x40004000u)
#define UART_STATE REGISTER(0x40004004u)
#define UART_CTRL REGISTER(0x40004008u)
#define UART_INTCLEAR REGISTER(0x4000400cu)
#define UART_BAUDDIV REGISTER(0x40004010u)
#define NVIC_ISER0 REGISTER(0xe000e100u)
#define SCB_AIRCR REGISTER(0xe000ed0cu)

#define CORE_HZ 25000000u
#define UART_TX_FULL 1u
#define UART_RX_FULL 2u

#define PSRAM ((uint8_t *)0x21000000u)
#define MARK REGISTER(0x21000000u + MEMORY_SLOTS_BYTES) /* behind the slots */
#define MARK_SOFTWARE 0x736f6674u
#define MARK_FAULT 0x6661756cu

extern uint8_t __arena_start[];
extern uint8_t __arena_end[];
extern const uint8_t __model_start[];
extern const uint8_t __model_end[];

const board_info_t board_info = {.name = "mps2-an386", .clock_hz = CORE_HZ};

static board_receive_t receive_bytes;
static void *receive_context;
static uint32_t start_mark;

void board_start(void) {
  start_mark = MARK;
  MARK = 0;
  TIMER_RELOAD = 0xffffffffu;
  TIMER_VALUE = 0xffffffffu;
  TIMER_CTRL = 1;
  systick_start(CORE_HZ);
}

uint32_t board_ticks(void) { return ~TIMER_VALUE; }

uint32_t board_ticks_hz(void) { return CORE_HZ; }

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  UART_BAUDDIV = 27; /* 921600 at 25 MHz */
  UART_CTRL = 1u | 2u | 8u;
  NVIC_ISER0 = 1u;
}

void board_uart_irq(void) {
  UART_INTCLEAR = 2;
  while (UART_STATE & UART_RX_FULL) {
    uint8_t byte = (uint8_t)UART_DATA;
    (void)receive_bytes(receive_context, &byte, 1);
  }
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && !(UART_STATE & UART_TX_FULL)) {
    UART_DATA = bytes[done++];
  }
  return done;
}

void *board_arena(uint32_t *bytes) {
  *bytes = (uint32_t)((uintptr_t)__arena_end - (uintptr_t)__arena_start);
  return __arena_start;
}

const void *board_model(uint32_t *bytes) {
  *bytes = (uint32_t)((uintptr_t)__model_end - (uintptr_t)__model_start);
  return *bytes > 0 ? __model_start : NULL;
}

uint8_t *board_slot_memory(void) { return PSRAM; }

/* The board has no serial number. */
void board_device_id(uint8_t id[12]) { memcpy(id, "mps2-an386\0\0", 12); }

uint8_t board_boot_reason(void) {
  return start_mark == MARK_SOFTWARE ? RNNP_BOOT_SOFTWARE : start_mark == MARK_FAULT ? RNNP_BOOT_FAULT : RNNP_BOOT_POWER;
}

void board_reboot(void) {
  MARK = MARK_SOFTWARE;
  SCB_AIRCR = 0x05fa0004u;
  for (;;) {
  }
}

__attribute__((weak)) void board_fault(void) {
  MARK = MARK_FAULT;
  SCB_AIRCR = 0x05fa0004u;
}
