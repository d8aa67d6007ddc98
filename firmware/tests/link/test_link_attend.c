/* RESET and REBOOT while a handler computes: rnnp_link_attend. */
#include "test_host.h"

#define WIDTH 16u
#define NEW_NONCE 0xAABBCC02u

static test_flash_t flash;
static test_device_t device;
static test_host_t host;
static unsigned reboots_seen; /* while the row was computed */

static void put_reset(uint32_t nonce, uint32_t magic) {
  const rnnp_wire_reset_t reset = {.magic = magic, .nonce = nonce, .version_min = 1, .version_max = 1, .max_payload = 512};
  const uint8_t session = host.session;
  host.session = (uint8_t)nonce;
  host_put(&host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset);
  host.session = session;
}

static void put_rows(uint16_t row, uint16_t pixels) {
  uint8_t payload[RNNP_LINK_RX_PAYLOAD] = {0};
  const rnnp_wire_frame_rows_t rows = {.frame = 1, .encoding = RNNP_ROWS_RAW, .row = row, .pixels = pixels};
  memcpy(payload, &rows, sizeof rows);
  host_put(&host, RNNP_MSG_FRAME_ROWS, RNNP_FLAG_RELIABLE, host.seq++, payload, sizeof rows + pixels);
}

static void begin(void) {
  test_flash_init(&flash);
  memset(&device, 0, sizeof device);
  test_device_start(&device, &flash, RNNP_BOOT_POWER, true, true);
  host_init(&host, &device);
  CHECK_EQUAL(host_connect(&host, 0x12345601u, 1, 1), 1);
  const rnnp_wire_frame_begin_t frame = {.frame = 1, .width = WIDTH, .height = 1000};
  host_send(&host, RNNP_MSG_FRAME_BEGIN, &frame, sizeof frame);
  reboots_seen = 0;
}

/* Computes row 0 while `arrive` feeds the line, and no row after that. */
static void compute(void (*arrive)(void)) {
  device.while_computing = arrive;
  put_rows(0, WIDTH);
  (void)rnnp_link_poll(&device.link);
  device.while_computing = NULL;
}

/* All that a host may have in flight, and then RESET: the ring must have room for it. */
static void full_window_and_reset(void) {
  for (uint16_t i = 0; i < RNNP_LINK_RX_WINDOW; i++) {
    put_rows((uint16_t)(1 + 29 * i), 29 * WIDTH);
  }
  put_reset(NEW_NONCE, RNNP_LINK_MAGIC);
  device.while_computing = NULL;
}

static void check_reset(void) {
  begin();
  compute(full_window_and_reset);
  CHECK(device.stopped);
  CHECK_EQUAL(device.rows_seen, 1);
  CHECK_EQUAL(rnnp_link_stats(&device.link)->overruns, 0);
  CHECK_EQUAL(device.link.nonce, NEW_NONCE);
  host.session = (uint8_t)NEW_NONCE;
  host_run(&host);
  CHECK(host_find(&host, RNNP_MSG_HELLO) != NULL);
  CHECK_EQUAL(device.rows_seen, 1);
  CHECK_EQUAL(device.link.stats.frames_aborted, 1);
}

static void repeated_and_wrong_resets(void) {
  put_reset(device.link.nonce, RNNP_LINK_MAGIC);
  put_reset(NEW_NONCE, 1);
  put_reset(0x500, RNNP_LINK_MAGIC);
  uint8_t damaged[32];
  memset(damaged, 0x21, sizeof damaged);
  damaged[sizeof damaged - 1] = 0;
  CHECK_EQUAL(rnnp_link_receive_bytes(&device.link, damaged, sizeof damaged), sizeof damaged);
}

static void check_other_frames(void) {
  begin();
  compute(repeated_and_wrong_resets);
  CHECK(!device.stopped);
  host_run(&host);
  CHECK(rnnp_link_connected(&device.link));
  CHECK_EQUAL(device.link.nonce, 0x12345601u);
}

static void first_half(void) {
  static unsigned calls;
  uint8_t encoded[64];
  const rnnp_wire_reset_t reset = {.magic = RNNP_LINK_MAGIC, .nonce = NEW_NONCE, .version_min = 1, .version_max = 1, .max_payload = 512};
  const rnnp_wire_header_t header = {.version = 1, .type = RNNP_MSG_RESET, .session = (uint8_t)NEW_NONCE, .length = sizeof reset};
  const size_t bytes = rnnp_frame_encode(encoded, &header, (const uint8_t *)&reset);
  if (calls++ == 0) {
    rnnp_link_receive_bytes(&device.link, encoded, bytes / 2);
    CHECK(rnnp_link_attend(&device.link));
    rnnp_link_receive_bytes(&device.link, encoded + bytes / 2, bytes - bytes / 2);
  }
}

static void check_reset_in_two_parts(void) {
  begin();
  compute(first_half);
  CHECK(device.stopped);
  CHECK_EQUAL(device.link.nonce, NEW_NONCE);
}

static void put_reboot(void) {
  put_rows(1, WIDTH);
  host.session ^= 4u; /* of another session */
  host_put(&host, RNNP_MSG_REBOOT, RNNP_FLAG_RELIABLE, host.seq, NULL, 0);
  host.session ^= 4u;
  CHECK(rnnp_link_attend(&device.link));
  CHECK_EQUAL(device.reboots_asked, 0);
  host_put(&host, RNNP_MSG_REBOOT, RNNP_FLAG_RELIABLE, host.seq++, NULL, 0);
  CHECK(rnnp_link_attend(&device.link));
  reboots_seen = device.reboots_asked;
  device.while_computing = NULL;
}

static void check_reboot(void) {
  begin();
  compute(put_reboot);
  CHECK_EQUAL(reboots_seen, 1);
}

/* Repetitions have filled the ring, and a RESET has been lost. */
static void fill_ring(void) {
  uint8_t bytes[RNNP_LINK_RX_RING];
  memset(bytes, 0x11, sizeof bytes);
  CHECK_EQUAL(rnnp_link_receive_bytes(&device.link, bytes, sizeof bytes), sizeof bytes);
  CHECK(!rnnp_link_receive(&device.link, 0));
  CHECK(rnnp_link_attend(&device.link));
  CHECK(rnnp_link_receive(&device.link, 0));
  put_reset(NEW_NONCE, RNNP_LINK_MAGIC);
}

static void check_full_ring(void) {
  begin();
  compute(fill_ring);
  CHECK(device.stopped);
  CHECK_EQUAL(device.link.nonce, NEW_NONCE);
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  check_reset();
  check_other_frames();
  check_reset_in_two_parts();
  check_reboot();
  check_full_ring();
  return 0;
}
