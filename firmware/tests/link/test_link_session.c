#include "test_host.h"

static test_flash_t flash;
static test_device_t device;
static test_host_t host;

static void start(void) {
  test_flash_init(&flash);
  memset(&device, 0, sizeof device);
  test_device_start(&device, &flash, RNNP_BOOT_POWER, true, true);
  host_init(&host, &device);
}

static void connect_host(void) {
  start();
  CHECK_EQUAL(host_connect(&host, 0x12345601u, 1, 1), 1);
}

static void begin_frame(uint16_t frame, uint16_t width, uint16_t height) {
  const rnnp_wire_frame_begin_t begin = {.frame = frame, .width = width, .height = height};
  host_send(&host, RNNP_MSG_FRAME_BEGIN, &begin, sizeof begin);
}

static void send_raw(uint16_t frame, uint16_t row, uint16_t column, const uint8_t *pixels, uint16_t count) {
  uint8_t payload[RNNP_LINK_RX_PAYLOAD];
  const rnnp_wire_frame_rows_t rows = {.frame = frame, .encoding = RNNP_ROWS_RAW, .row = row, .column = column, .pixels = count};
  memcpy(payload, &rows, sizeof rows);
  memcpy(payload + sizeof rows, pixels, count);
  host_send(&host, RNNP_MSG_FRAME_ROWS, payload, sizeof rows + count);
}

static uint8_t result_status(void) {
  const test_message_t *message = host_find(&host, RNNP_MSG_RESULT);
  return message != NULL ? message->payload[offsetof(rnnp_wire_result_t, status)] : 0xFFu;
}

static void check_handshake(void) {
  start();
  host_run(&host); /* the announcement of the start */
  CHECK(host_find(&host, RNNP_MSG_HELLO) != NULL);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_HELLO)->header.session, 0);
  CHECK_EQUAL(host_connect(&host, 0xABCD0102u, 1, 3), 1);
  rnnp_wire_hello_t hello;
  memcpy(&hello, host_find(&host, RNNP_MSG_HELLO)->payload, sizeof hello);
  CHECK_EQUAL(hello.magic, RNNP_LINK_MAGIC);
  CHECK_EQUAL(hello.max_payload, RNNP_LINK_RX_PAYLOAD);
  CHECK_EQUAL(hello.window, RNNP_LINK_RX_WINDOW);
  CHECK_EQUAL(hello.slot_count, 2);
  CHECK_EQUAL(hello.active_slot, RNNP_SLOT_BUILT_IN);
  CHECK(strcmp(hello.board, "test") == 0);
  CHECK(rnnp_link_connected(&device.link));
}

static void check_versions(void) {
  start();
  CHECK_EQUAL(host_connect(&host, 0x105u, 2, 9), 0);
  CHECK(!rnnp_link_connected(&device.link));
  CHECK_EQUAL(host_connect(&host, 0x106u, 0, 0), 0);
  CHECK_EQUAL(host_connect(&host, 0x107u, 0, 1), 1);
  CHECK(rnnp_link_connected(&device.link));
}

static void check_bad_resets(void) {
  start();
  host_run(&host);
  rnnp_wire_reset_t reset = {.magic = 1, .nonce = 5, .version_min = 1, .version_max = 1, .max_payload = 512};
  host.session = 5;
  host_put(&host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset); /* wrong magic */
  reset.magic = RNNP_LINK_MAGIC;
  host_put(&host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset - 1); /* too short */
  reset.max_payload = RNNP_LINK_HOST_PAYLOAD_MIN - 1;
  host_put(&host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset);
  reset.max_payload = 512;
  reset.nonce = 0x500; /* no session number */
  host_put(&host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset);
  host_run(&host);
  CHECK(!rnnp_link_connected(&device.link));
  CHECK_EQUAL(device.link.stats.resets, 0);
}

static void check_repeated_reset_keeps_the_session(void) {
  connect_host();
  begin_frame(1, 16, 2);
  const uint8_t ack = host.device_ack;
  const rnnp_wire_reset_t reset = {.magic = RNNP_LINK_MAGIC, .nonce = 0x12345601u, .version_min = 1, .version_max = 1, .max_payload = 512};
  host_put(&host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset);
  host_run(&host);
  CHECK(host_find(&host, RNNP_MSG_HELLO) != NULL);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_HELLO)->header.ack, ack);
  CHECK_EQUAL(device.link.stats.resets, 1);
}

static void check_frame_in_pieces(void) {
  connect_host();
  uint8_t picture[50 * 20];
  for (size_t i = 0; i < sizeof picture; i++) {
    picture[i] = (uint8_t)(i * 7u + i / 50u);
  }
  begin_frame(77, 50, 20);
  for (size_t at = 0; at < sizeof picture;) {
    const size_t part = at + 33 < sizeof picture ? 33 : sizeof picture - at;
    send_raw(77, (uint16_t)(at / 50), (uint16_t)(at % 50), picture + at, (uint16_t)part);
    at += part;
  }
  CHECK_EQUAL(result_status(), RNNP_STATUS_OK);
  rnnp_wire_detection_t expected[TEST_MAX_DETECTIONS];
  const uint16_t total = test_expected_detections(rnnp_crc32(0, picture, sizeof picture), 50, 20, expected);
  unsigned seen = 0;
  for (unsigned i = 0; i < host.count; i++) {
    rnnp_wire_result_t head;
    if (host.messages[i].header.type != RNNP_MSG_RESULT) {
      continue;
    }
    memcpy(&head, host.messages[i].payload, sizeof head);
    CHECK_EQUAL(head.frame, 77);
    CHECK_EQUAL(head.total, total);
    CHECK_EQUAL(head.first, seen);
    CHECK(memcmp(host.messages[i].payload + sizeof head, expected + seen, head.count * sizeof expected[0]) == 0);
    seen += head.count;
    CHECK_EQUAL(head.last, seen == total);
  }
  CHECK_EQUAL(seen, total);
}

static void check_bad_rows(void) {
  uint8_t pixels[64] = {0};
  connect_host();
  begin_frame(3, 16, 2);
  send_raw(3, 0, 1, pixels, 16); /* does not begin where the last ended */
  CHECK_EQUAL(result_status(), RNNP_STATUS_BAD_ROWS);
  begin_frame(4, 16, 2);
  send_raw(4, 0, 0, pixels, 33); /* more than the picture has */
  CHECK_EQUAL(result_status(), RNNP_STATUS_BAD_ROWS);
  begin_frame(5, 16, 2);
  send_raw(6, 0, 0, pixels, 16); /* another frame: ignored */
  CHECK(host_find(&host, RNNP_MSG_RESULT) == NULL);
  CHECK_EQUAL(device.rows_seen, 0);
  begin_frame(7, RNNP_LINK_MAX_WIDTH + 1, 2);
  CHECK_EQUAL(result_status(), RNNP_STATUS_TOO_LARGE);
  begin_frame(8, 0, 2);
  CHECK_EQUAL(result_status(), RNNP_STATUS_BAD_VALUE);
  begin_frame(9, 16, 2000);
  CHECK_EQUAL(result_status(), RNNP_STATUS_WRONG_SIZE);
  const rnnp_wire_frame_begin_t begin = {.frame = 10, .width = 16, .height = 2, .model = 0x01020304u};
  host_send(&host, RNNP_MSG_FRAME_BEGIN, &begin, sizeof begin);
  CHECK_EQUAL(result_status(), RNNP_STATUS_WRONG_MODEL);
}

static void check_order_and_repetition(void) {
  connect_host();
  const rnnp_wire_frame_begin_t begin = {.frame = 1, .width = 16, .height = 2};
  host_put(&host, RNNP_MSG_FRAME_BEGIN, RNNP_FLAG_RELIABLE, 1, &begin, sizeof begin); /* 0 is missing */
  host_run(&host);
  CHECK(host.nak_seen);
  CHECK_EQUAL(host.device_ack, 0);
  CHECK_EQUAL(device.link.stats.frames_begun, 0);
  host_put(&host, RNNP_MSG_FRAME_BEGIN, RNNP_FLAG_RELIABLE, 0, &begin, sizeof begin);
  host_put(&host, RNNP_MSG_FRAME_BEGIN, RNNP_FLAG_RELIABLE, 0, &begin, sizeof begin);
  host_run(&host);
  CHECK_EQUAL(host.device_ack, 1);
  CHECK_EQUAL(device.link.stats.frames_begun, 1);
  CHECK_EQUAL(device.link.stats.duplicates, 1);
  CHECK_EQUAL(device.link.stats.sequence_gaps, 1);
}

static void check_other_sessions_change_nothing(void) {
  connect_host();
  const rnnp_wire_frame_begin_t begin = {.frame = 1, .width = 16, .height = 2};
  host.session = 0x55;
  host_put(&host, RNNP_MSG_FRAME_BEGIN, RNNP_FLAG_RELIABLE, 0, &begin, sizeof begin);
  host_run(&host);
  CHECK_EQUAL(device.link.stats.frames_begun, 0);
  CHECK_EQUAL(device.link.stats.stale_frames, 1);
}

static void check_heartbeat_and_silence(void) {
  connect_host();
  begin_frame(1, 16, 2);
  device.now_ms += RNNP_LINK_HEARTBEAT_MS - 1;
  host_run(&host);
  CHECK_EQUAL(host.count, 0);
  device.now_ms += 1;
  host_run(&host);
  CHECK(host_find(&host, RNNP_MSG_HEARTBEAT) != NULL);
  device.now_ms += RNNP_LINK_PEER_TIMEOUT_MS;
  host_run(&host);
  CHECK(!rnnp_link_connected(&device.link));
  CHECK_EQUAL(device.link.stats.peer_timeouts, 1);
  CHECK_EQUAL(device.link.stats.frames_aborted, 1);
  host_put(&host, RNNP_MSG_HEARTBEAT, 0, 0, NULL, 0); /* a host that has not noticed is informed */
  host_run(&host);
  CHECK(host_find(&host, RNNP_MSG_HELLO) != NULL);
  CHECK_EQUAL(host_connect(&host, 0x777u, 1, 1), 1);
}

static void check_retransmission(void) {
  connect_host();
  CHECK(rnnp_link_log(&device.link, 1, "first"));
  CHECK(rnnp_link_log(&device.link, 1, "second"));
  CHECK(!rnnp_link_log(&device.link, 1, "no room"));
  CHECK_EQUAL(device.link.stats.events_dropped, 1);
  rnnp_link_service(&device.link);
  uint8_t lost[4096];
  CHECK(test_device_take(&device, lost, sizeof lost) > 0);
  device.now_ms += RNNP_LINK_RETRANSMIT_MS - 1;
  rnnp_link_service(&device.link);
  CHECK_EQUAL(device.link.stats.retransmissions, 0);
  device.now_ms += 1;
  host_run(&host);
  CHECK(device.link.stats.retransmissions >= 1);
  unsigned logs = 0;
  for (unsigned i = 0; i < host.count; i++) {
    logs += host.messages[i].header.type == RNNP_MSG_LOG;
  }
  CHECK(logs >= 2);
  CHECK_EQUAL(host.ack, 2);
}

static void check_unknown_and_malformed_requests(void) {
  connect_host();
  host_send(&host, 0x77, "abc", 3);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_STATUS)->payload[1], RNNP_STATUS_UNKNOWN_TYPE);
  host_send(&host, RNNP_MSG_SLOT_QUERY, "abc", 3);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_STATUS)->payload[1], RNNP_STATUS_BAD_LENGTH);
  const rnnp_wire_slot_query_t query = {.slot = 9};
  host_send(&host, RNNP_MSG_SLOT_QUERY, &query, sizeof query);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_STATUS)->payload[1], RNNP_STATUS_BAD_SLOT);
  host_send(&host, RNNP_MSG_STATS_QUERY, NULL, 0);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_STATS)->header.length, sizeof(rnnp_wire_stats_t));
  CHECK_EQUAL(host_find(&host, RNNP_MSG_STATS)->header.tag, 9);
}

/* The line may take one byte at a time. */
static void check_narrow_line(void) {
  connect_host();
  uint8_t all[4096];
  size_t count = 0;
  CHECK(rnnp_link_log(&device.link, 1, "one byte at a time"));
  device.output_limit = 1;
  for (unsigned i = 0; i < 200; i++) {
    rnnp_link_service(&device.link);
    count += test_device_take(&device, all + count, sizeof all - count);
  }
  rnnp_frame_decoder_t decoder;
  uint8_t buffer[RNNP_FRAME_BYTES(300u)];
  rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
  unsigned good = 0;
  for (size_t i = 0; i < count; i++) {
    const enum rnnp_frame_event event = rnnp_frame_decoder_push(&decoder, all[i]);
    CHECK(event >= 0);
    good += event == RNNP_FRAME_READY;
  }
  CHECK(good >= 1);
}

static void check_full_ring(void) {
  connect_host();
  uint8_t bytes[RNNP_LINK_RX_RING + 10];
  memset(bytes, 0x11, sizeof bytes);
  CHECK_EQUAL(rnnp_link_receive_bytes(&device.link, bytes, sizeof bytes), RNNP_LINK_RX_RING);
  CHECK_EQUAL(rnnp_link_stats(&device.link)->overruns, 0); /* they may be offered again */
  rnnp_link_receive_lost(&device.link, 10);
  CHECK(!rnnp_link_receive(&device.link, 0x11));
  CHECK_EQUAL(rnnp_link_stats(&device.link)->overruns, 11);
  host_run(&host);
  CHECK(rnnp_link_receive(&device.link, 0));
  host_run(&host);
  CHECK(host.nak_seen);
  begin_frame(1, 16, 2);
  CHECK_EQUAL(device.link.stats.frames_begun, 1);
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  check_handshake();
  check_versions();
  check_bad_resets();
  check_repeated_reset_keeps_the_session();
  check_frame_in_pieces();
  check_bad_rows();
  check_order_and_repetition();
  check_other_sessions_change_nothing();
  check_heartbeat_and_silence();
  check_retransmission();
  check_unknown_and_malformed_requests();
  check_narrow_line();
  check_full_ring();
  return 0;
}
