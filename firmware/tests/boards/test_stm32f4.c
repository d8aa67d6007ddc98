/* The serial driver of boards/stm32f4 against a simulated USART: speed, flags, pins, and the clock without a crystal. */
#include <stdint.h>

#include "board.h"
#include "board_config.h"
#include "rnnp_test.h"
#include "simulated_stm32f4.h"
#include "startup.h"
#include "stm32f4.h"
#include "systick.h"

static uint8_t bytes_received[16];
static uint32_t count_received;
static uint32_t count_lost;
static uint32_t wake_ups;
static const rnnp_wire_fault_t *last_fault;

void systick_wake_up(void) { wake_ups++; }
void systick_start(uint32_t core_hz) { (void)core_hz; }
const rnnp_wire_fault_t *board_last_fault(void) { return last_fault; }

static size_t receive(void *context, const uint8_t *bytes, size_t count) {
  (void)context;
  if (bytes == NULL) {
    count_lost += (uint32_t)count;
    return 0;
  }
  for (size_t i = 0; i < count && count_received < sizeof bytes_received; i++) {
    bytes_received[count_received++] = bytes[i];
  }
  return count;
}

static void start(bool crystal) {
  simulated_reset(crystal);
  count_received = 0;
  count_lost = 0;
  wake_ups = 0;
  board_start();
  board_serial_open(receive, NULL);
}

/* As the main loop sends: it writes as much as fits and sleeps in between. */
static uint64_t nanoseconds_to_send(uint32_t count) {
  uint8_t bytes[128] = {0};
  uint64_t begin = simulated_nanoseconds();
  for (uint32_t done = 0; done < count;) {
    uint32_t taken = (uint32_t)board_serial_write(bytes + done, count - done);
    done += taken;
    if (taken == 0) {
      simulated_sleep();
    }
  }
  return simulated_nanoseconds() - begin;
}

static void test_send(void) {
  start(true);
  uint64_t line = 89u * 10u * 1000000000ull / BOARD_BAUD;
  uint64_t taken = nanoseconds_to_send(89);
  printf("%s: 89 bytes in %u us, the line alone %u us\n", BOARD_NAME, (unsigned)(taken / 1000), (unsigned)(line / 1000));
  CHECK(taken < line + line / 10);
  CHECK(wake_ups > 0);
  simulated_sleep();
  uint32_t before = wake_ups;
  simulated_sleep();
  CHECK(wake_ups == before); /* a port with nothing to send does not interrupt */
}

static void test_receive(void) {
  start(true);
  for (uint8_t i = 0; i < 4; i++) {
    simulated_arrival(i);
    CHECK(simulated_interrupt());
  }
  CHECK(count_received == 4 && bytes_received[0] == 0 && bytes_received[3] == 3);
  CHECK(wake_ups >= 4);
}

static void test_overrun(void) {
  start(true);
  simulated_arrival(7);
  simulated_arrival(8);
  CHECK(simulated_interrupt());
  CHECK(count_received == 1 && bytes_received[0] == 7);
  CHECK(count_lost == 1);
  simulated_overrun();
  CHECK(simulated_interrupt());
  CHECK(count_received == 1);
  simulated_arrival(9);
  CHECK(simulated_interrupt());
  CHECK(count_received == 2 && bytes_received[1] == 9);
}

static uint32_t pin_field(char port, uint32_t offset, uint32_t pin, uint32_t bits) {
  return simulated_register(GPIO_PORT((uint32_t)port) + offset) >> (bits * pin) & ((1u << bits) - 1);
}

static void test_pins(void) {
  start(true);
  CHECK(pin_field(BOARD_TX_PORT, GPIO_MODER, BOARD_TX_PIN, 2) == 2);
  CHECK(pin_field(BOARD_RX_PORT, GPIO_MODER, BOARD_RX_PIN, 2) == 2);
  CHECK(pin_field(BOARD_RX_PORT, GPIO_PUPDR, BOARD_RX_PIN, 2) == 1);
  CHECK(pin_field(BOARD_TX_PORT, GPIO_AFRL + 4 * (BOARD_TX_PIN / 8), BOARD_TX_PIN % 8, 4) == BOARD_USART_AF);
  CHECK(pin_field(BOARD_RX_PORT, GPIO_AFRL + 4 * (BOARD_RX_PIN / 8), BOARD_RX_PIN % 8, 4) == BOARD_USART_AF);
}

static void test_clock(bool crystal) {
  start(crystal);
  double error = simulated_baud() / BOARD_BAUD - 1;
  CHECK(error > -0.01 && error < 0.01);
  CHECK(board_clock_hz() == STM32F4_PLL_HZ);
  CHECK(((simulated_register(RCC_PLLCFGR) & RCC_PLLCFGR_HSE) != 0) == crystal);
}

/* No interrupt of the board feeds the watchdog. */
static void test_watchdog(void) {
  start(true);
  CHECK(simulated_watchdog_seconds() == 0);
  board_watchdog_start();
  double seconds = simulated_watchdog_seconds();
  CHECK(seconds > 8 && seconds < 9);
  for (uint8_t i = 0; i < 100; i++) {
    simulated_arrival(i);
    CHECK(simulated_interrupt());
    simulated_sleep();
  }
  CHECK(simulated_watchdog_seconds() < seconds - 0.05);
  board_watchdog_feed();
  CHECK(simulated_watchdog_seconds() >= seconds - 0.001);
}

static void test_boot_reason(void) {
  static const rnnp_wire_fault_t fault = {.exception = 3};
  start(true);
  CHECK(board_boot_reason() == RNNP_BOOT_UNKNOWN);
  last_fault = &fault;
  CHECK(board_boot_reason() == RNNP_BOOT_FAULT);
  last_fault = NULL;
}

int main(void) {
  test_send();
  test_receive();
  test_overrun();
  test_pins();
  test_clock(true);
  test_clock(false);
  test_watchdog();
  test_boot_reason();
  return rnnp_test_summary(BOARD_NAME);
}
