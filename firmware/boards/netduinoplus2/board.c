/* Netduino Plus 2: STM32F405, USART1 on PA9 and PA10, TIM2 as the tick counter. */
#include "board.h"

#include "netduinoplus2.h"
#include "rnnp/rnnp_link_wire.h"
#include "startup.h"
#include "stm32f405.h"
#include "systick.h"

#ifndef BOARD_BAUD
#define BOARD_BAUD 921600u
#endif

extern uint8_t __arena_start[];
extern uint8_t __arena_end[];
extern const uint8_t __model_start[];
extern const uint8_t __model_end[];

const board_info_t board_info = {.name = "netduinoplus2", .clock_hz = 168000000u};

static uint32_t reset_flags;
static board_receive_t receive_bytes;
static void *receive_context;
static uint32_t core_hz;
static uint32_t ticks_hz;

#define FAULT_MARK 0x6661756cu
__attribute__((section(".noinit"))) static uint32_t fault_mark;
static bool after_fault;

void board_start(void) {
  core_hz = clock_start();
  ticks_hz = !clock_present() ? 1000000000u : core_hz > 84000000u ? core_hz / 2 : core_hz;
  reset_flags = RCC_CSR;
  RCC_CSR |= 1u << 24;
  after_fault = fault_mark == FAULT_MARK;
  fault_mark = 0;
  RCC_APB1ENR |= 1u;
  TIM2_PSC = 0;
  TIM2_ARR = 0xffffffffu;
  TIM2_EGR = 1;
  TIM2_CR1 = 1;
  systick_start(core_hz);
}

uint32_t board_ticks(void) { return TIM2_CNT; }

/* Timers run at half the core's clock where that is above 84 MHz; QEMU counts this one at 1 GHz. */
uint32_t board_ticks_hz(void) { return ticks_hz; }

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
  RCC_AHB1ENR |= 1u;
  RCC_APB2ENR |= 1u << 4;
  GPIOA_MODER = (GPIOA_MODER & ~(0xfu << 18)) | 0xau << 18;
  GPIOA_AFRH = (GPIOA_AFRH & ~(0xffu << 4)) | 0x77u << 4;
  uint32_t bus_hz = core_hz > 84000000u ? core_hz / 2 : core_hz;
  USART1_BRR = (bus_hz + BOARD_BAUD / 2) / BOARD_BAUD;
  USART1_CR1 = 1u << 13 | 1u << 5 | 1u << 3 | 1u << 2;
  NVIC_ISER(USART1_IRQ / 32) = 1u << (USART1_IRQ % 32);
}

void board_uart_irq(void) {
  while (USART1_SR & USART_SR_RXNE) {
    uint8_t byte = (uint8_t)USART1_DR;
    (void)receive_bytes(receive_context, &byte, 1);
  }
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  size_t done = 0;
  while (done < count && (USART1_SR & USART_SR_TXE)) {
    USART1_DR = bytes[done++];
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

void board_device_id(uint8_t id[12]) {
  for (uint32_t i = 0; i < 12; i++) {
    id[i] = clock_present() ? (uint8_t)(UNIQUE_ID(i / 4) >> (8 * (i % 4))) : 0;
  }
}

/* No writable flash is set aside for packages: the linked-in one is all there is. */
const rnnp_slot_storage_t *board_slot_storage(void) { return NULL; }

const void *board_slot_bytes(uint8_t slot) {
  (void)slot;
  return NULL;
}

uint8_t board_boot_reason(void) {
  if (after_fault) {
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

__attribute__((weak)) void board_fault(void) {
  fault_mark = FAULT_MARK;
  board_reboot();
}

void board_reboot(void) {
  SCB_AIRCR = 0x05fa0004u;
  for (;;) {
  }
}
