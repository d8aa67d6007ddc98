#include "simulated_stm32f4.h"

#include <string.h>

#include "board_config.h"
#include "startup.h"
#include "stm32_watchdog.h"
#include "stm32f4.h"

#define ACCESS_NS 60u
#define HSI_HZ 16000000.0
#define MOST_ACCESSES 10000u /* of one interrupt */

typedef struct {
  uint32_t address;
  uint32_t value;
} cell_t;

static cell_t cells[64];
static uint32_t cell_count;
static uint64_t now;
static bool has_crystal;
static bool received;
static bool overrun;
static uint8_t arrival;
static bool data_waits;     /* the transmit data register is full */
static uint64_t shift_ends; /* the shift register is busy until then */
static uint32_t sent;
static uint32_t accesses;
static bool watchdog_runs;
static bool watchdog_unlocked;
static uint64_t watchdog_fed;

static cell_t *cell_at(uintptr_t address) {
  for (uint32_t i = 0; i < cell_count; i++) {
    if (cells[i].address == address) {
      return cells + i;
    }
  }
  cells[cell_count] = (cell_t){.address = (uint32_t)address};
  return cells + cell_count++;
}

void simulated_reset(bool crystal) {
  memset(cells, 0, sizeof cells);
  cell_count = 0;
  now = 0;
  has_crystal = crystal;
  received = overrun = data_waits = false;
  shift_ends = 0;
  sent = 0;
  watchdog_runs = watchdog_unlocked = false;
  watchdog_fed = 0;
}

/* As long as its registers are locked, writes to them have no effect. */
static void write_watchdog(uint32_t offset, uint32_t value, uint32_t before) {
  if (offset != IWDG_KR) {
    cell_at(IWDG + offset)->value = watchdog_unlocked ? value : before;
    return;
  }
  watchdog_unlocked = value == IWDG_KR_UNLOCK;
  watchdog_runs = watchdog_runs || value == IWDG_KR_START;
  watchdog_fed = value == IWDG_KR_FEED ? now : watchdog_fed;
}

double simulated_watchdog_seconds(void) {
  double period = (4u << simulated_register(IWDG + IWDG_PR)) / 32000.0 * (simulated_register(IWDG + IWDG_RLR) + 1u);
  return watchdog_runs ? period - (double)(now - watchdog_fed) / 1e9 : 0;
}

uint32_t simulated_register(uintptr_t address) { return cell_at(address)->value; }

uint64_t simulated_nanoseconds(void) { return now; }

uint32_t simulated_bytes_sent(void) { return sent - (data_waits ? 1u : 0u); }

double simulated_baud(void) {
  uint32_t pll = simulated_register(RCC_PLLCFGR);
  double source = pll & RCC_PLLCFGR_HSE ? (double)BOARD_HSE_HZ : HSI_HZ;
  double core = source / (pll & 0x3fu) * (pll >> 6 & 0x1ffu) / 2;
  if ((simulated_register(RCC_CFGR) & 3u) != 2) {
    return HSI_HZ / simulated_register(BOARD_USART + USART_BRR);
  }
  return core / (BOARD_USART_RCC == RCC_APB2ENR ? 2 : 4) / simulated_register(BOARD_USART + USART_BRR);
}

static uint64_t byte_ns(void) { return (uint64_t)(1e10 / simulated_baud()); }

/* Moves a waiting byte into the shift register as soon as that is free. */
static void transmit(void) {
  if (data_waits && now >= shift_ends) {
    data_waits = false;
    shift_ends = (shift_ends > 0 ? shift_ends : now) + byte_ns();
  }
}

static uint32_t status(void) {
  transmit();
  return (received ? USART_SR_RXNE : 0) | (overrun ? USART_SR_ORE : 0) | (data_waits ? 0 : USART_SR_TXE);
}

uint32_t register_read(uintptr_t address) {
  now += ACCESS_NS;
  accesses++;
  uint32_t value = cell_at(address)->value;
  switch (address) {
    case RCC_CR:
      return value | RCC_CR_HSIRDY | (has_crystal && (value & RCC_CR_HSEON) ? RCC_CR_HSERDY : 0) |
             (value & RCC_CR_PLLON ? RCC_CR_PLLRDY : 0);
    case RCC_CFGR:
      return value | (value & 3u) << 2;
    case BOARD_USART + USART_SR:
      return status();
    case BOARD_USART + USART_DR:
      received = overrun = false;
      return arrival;
    default:
      return value;
  }
}

void register_write(uintptr_t address, uint32_t value) {
  now += ACCESS_NS;
  accesses++;
  uint32_t before = cell_at(address)->value;
  cell_at(address)->value = value;
  if (address - IWDG < 0x400u) {
    write_watchdog((uint32_t)(address - IWDG), value, before);
  }
  if (address == BOARD_USART + USART_DR) {
    transmit();
    if (now >= shift_ends) {
      shift_ends = now + byte_ns();
    } else {
      data_waits = true;
    }
    sent++;
  }
}

static bool interrupt_pending(void) {
  uint32_t control = simulated_register(BOARD_USART + USART_CR1);
  uint32_t flags = status();
  return ((control & USART_CR1_RXNEIE) && (flags & (USART_SR_RXNE | USART_SR_ORE))) ||
         ((control & USART_CR1_TXEIE) && (flags & USART_SR_TXE));
}

bool simulated_interrupt(void) {
  accesses = 0;
  while (interrupt_pending() && accesses < MOST_ACCESSES) {
    board_uart_irq();
  }
  return accesses < MOST_ACCESSES;
}

void simulated_sleep(void) {
  uint64_t tick = (now / 1000000u + 1) * 1000000u;
  while (now < tick && !interrupt_pending()) {
    now += ACCESS_NS;
  }
  (void)simulated_interrupt();
}

void simulated_arrival(uint8_t byte) {
  overrun = overrun || received;
  arrival = received ? arrival : byte;
  received = true;
}

void simulated_overrun(void) { overrun = true; }
