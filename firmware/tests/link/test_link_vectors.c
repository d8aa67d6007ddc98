/* The golden vectors that the host's tests read too. */
#include <string.h>

#include "check.h"
#include "rnnp/rnnp_frame_codec.h"
#include "rnnp/rnnp_link.h"

#define LINE_BYTES 8192u
#define MAX_BYTES 1024u

static unsigned frames, damaged, rows;

static size_t from_hex(const char *text, uint8_t *bytes) {
  size_t count = 0;
  if (strcmp(text, "-") == 0) {
    return 0;
  }
  for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
    unsigned value = 0;
    CHECK(count < MAX_BYTES);
    CHECK_EQUAL(sscanf(text, "%2x", &value), 1);
    bytes[count++] = (uint8_t)value;
  }
  return count;
}

#define CHECK_STRUCT(type, ...)                                                                                                            \
  do {                                                                                                                                     \
    const type expected_struct = __VA_ARGS__;                                                                                              \
    CHECK_EQUAL(count, sizeof expected_struct);                                                                                            \
    CHECK(memcmp(payload, &expected_struct, count) == 0);                                                                                  \
  } while (0)

#define SEQUENCE32                                                                                                                         \
  { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 }

/* The structs of rnnp_link_wire.h give the bytes of the vectors of the same name. */
static void check_struct(const char *name, const uint8_t *payload, size_t count) {
  if (strcmp(name, "reset") == 0) {
    CHECK_STRUCT(rnnp_wire_reset_t,
                 {.magic = RNNP_LINK_MAGIC, .nonce = 0xA1B2C3D4u, .version_min = 1, .version_max = 1, .max_payload = 1024});
  } else if (strcmp(name, "hello") == 0) {
    /* of firmware without the fields at the end */
    const rnnp_wire_hello_t expected = {.magic = RNNP_LINK_MAGIC,
                                        .nonce = 0xA1B2C3D4u,
                                        .version_min = 1,
                                        .version_max = 2,
                                        .version = 1,
                                        .boot_reason = RNNP_BOOT_WATCHDOG,
                                        .max_payload = 492,
                                        .window = 4,
                                        .slot_count = 2,
                                        .active_slot = RNNP_SLOT_BUILT_IN,
                                        .capabilities = 7,
                                        .max_width = 320,
                                        .clock_hz = 168000000u,
                                        .slot_bytes = 131072u,
                                        .firmware_version = {1, 20, 300},
                                        .build_hash = {0, 1, 2, 3, 4, 5, 6, 7},
                                        .device_id = {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111},
                                        .board = "netduinoplus2"};
    CHECK_EQUAL(count, offsetof(rnnp_wire_hello_t, work_limit));
    CHECK(memcmp(payload, &expected, count) == 0);
  } else if (strcmp(name, "hello_fault") == 0) {
    CHECK_STRUCT(rnnp_wire_hello_t, {.magic = RNNP_LINK_MAGIC,
                                     .nonce = 0xA1B2C3D4u,
                                     .version_min = 1,
                                     .version_max = 2,
                                     .version = 1,
                                     .boot_reason = RNNP_BOOT_WATCHDOG,
                                     .max_payload = 492,
                                     .window = 4,
                                     .slot_count = 2,
                                     .active_slot = RNNP_SLOT_BUILT_IN,
                                     .capabilities = 7,
                                     .max_width = 320,
                                     .clock_hz = 168000000u,
                                     .slot_bytes = 131072u,
                                     .firmware_version = {1, 20, 300},
                                     .build_hash = {0, 1, 2, 3, 4, 5, 6, 7},
                                     .device_id = {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111},
                                     .board = "stm32f405",
                                     .work_limit = 400000000u,
                                     .fault = {.exception = 3,
                                               .flags = RNNP_FAULT_STACK,
                                               .count = 2,
                                               .pc = 0x08001234u,
                                               .lr = 0x08005679u,
                                               .cfsr = 0x00010082u,
                                               .hfsr = 0x40000000u,
                                               .address = 0x2001E010u,
                                               .build_hash = {200, 201, 202, 203, 204, 205, 206, 207}}});
  } else if (strcmp(name, "heartbeat") == 0) {
    CHECK_STRUCT(rnnp_wire_heartbeat_t, {.uptime_ms = 123456789u, .busy_ms = 1500});
  } else if (strcmp(name, "slot_info") == 0) {
    CHECK_STRUCT(rnnp_wire_slot_info_t, {.slot = 1,
                                         .state = RNNP_SLOT_VERIFIED,
                                         .width = 320,
                                         .height = 240,
                                         .size = 98304,
                                         .received = 98304,
                                         .arena_bytes = 30000,
                                         .sha256 = SEQUENCE32,
                                         .name = "face-qvga"});
  } else if (strcmp(name, "stats") == 0) {
    rnnp_wire_stats_t stats;
    memcpy(&stats, payload, sizeof stats);
    CHECK_EQUAL(count, sizeof stats);
    CHECK_EQUAL(stats.uptime_ms, 0x01010101u);
    CHECK_EQUAL(stats.sequence_gaps, 0x07070707u);
    CHECK_EQUAL(stats.bytes_programmed, 0x12121212u);
  } else if (strcmp(name, "frame_begin") == 0) {
    CHECK_STRUCT(rnnp_wire_frame_begin_t, {.frame = 513, .width = 320, .height = 240, .model = 0x03020100u});
  } else if (strcmp(name, "frame_rows") == 0) {
    count -= 20;
    CHECK_STRUCT(rnnp_wire_frame_rows_t, {.frame = 513, .encoding = RNNP_ROWS_RAW, .row = 7, .column = 12, .pixels = 20});
  } else if (strcmp(name, "upload_begin") == 0) {
    CHECK_STRUCT(rnnp_wire_upload_begin_t, {.slot = 1, .total = 98304, .sha256 = SEQUENCE32});
  } else if (strcmp(name, "upload_data") == 0) {
    count -= 16;
    CHECK_STRUCT(rnnp_wire_upload_data_t, {.slot = 1, .upload = 0x03020100u, .offset = 4096});
  } else if (strcmp(name, "activate") == 0) {
    CHECK_STRUCT(rnnp_wire_slot_command_t, {.slot = 1, .sha256 = SEQUENCE32});
  } else if (strcmp(name, "upload_state") == 0) {
    CHECK_STRUCT(
      rnnp_wire_upload_state_t,
      {.slot = 1, .status = RNNP_STATUS_STORAGE, .state = RNNP_SLOT_RECEIVING, .upload = 0x03020100u, .offset = 4096, .total = 98304});
  } else if (strcmp(name, "status") == 0) {
    CHECK_STRUCT(rnnp_wire_status_reply_t, {.request = RNNP_MSG_ACTIVATE, .status = RNNP_STATUS_NOT_VERIFIED});
  } else if (strcmp(name, "result") == 0) {
    const rnnp_wire_detection_t second = {.x = 5000, .y = 3800, .width = 7, .height = 9, .score = 32768, .label = 1};
    CHECK(memcmp(payload + sizeof(rnnp_wire_result_t) + sizeof second, &second, sizeof second) == 0);
    count -= 2 * sizeof second;
    CHECK_STRUCT(rnnp_wire_result_t, {.frame = 513,
                                      .last = 1,
                                      .total = 3,
                                      .first = 1,
                                      .count = 2,
                                      .ticks_hz = 168000000u,
                                      .ticks = 123456789012u,
                                      .arena_bytes = 30000,
                                      .stack_bytes = 2048});
  }
}

static void check_frame(const char *line) {
  static char name[64], payload_hex[LINE_BYTES], wire_hex[LINE_BYTES];
  static uint8_t payload[MAX_BYTES], wire[MAX_BYTES], out[RNNP_FRAME_ENCODED_MAX(MAX_BYTES)], buffer[RNNP_FRAME_BYTES(MAX_BYTES)];
  unsigned field[8];
  CHECK_EQUAL(sscanf(line, "frame %63s %u %u %u %u %u %u %u %u %8191s %8191s", name, &field[0], &field[1], &field[2], &field[3], &field[4],
                     &field[5], &field[6], &field[7], payload_hex, wire_hex),
              11);
  const size_t count = from_hex(payload_hex, payload);
  const size_t wire_bytes = from_hex(wire_hex, wire);
  const rnnp_wire_header_t header = {.version = (uint8_t)field[0],
                                     .type = (uint8_t)field[1],
                                     .flags = (uint8_t)field[2],
                                     .session = (uint8_t)field[3],
                                     .seq = (uint8_t)field[4],
                                     .ack = (uint8_t)field[5],
                                     .credit = (uint8_t)field[6],
                                     .tag = (uint8_t)field[7],
                                     .length = (uint16_t)count};
  CHECK_EQUAL(rnnp_frame_encode(out, &header, payload), wire_bytes);
  CHECK(memcmp(out, wire, wire_bytes) == 0);
  rnnp_frame_decoder_t decoder;
  rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
  for (size_t i = 0; i + 1 < wire_bytes; i++) {
    CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, wire[i]), RNNP_FRAME_NONE);
  }
  CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, 0), RNNP_FRAME_READY);
  CHECK(memcmp(buffer, &header, sizeof header) == 0);
  CHECK(memcmp(buffer + sizeof header, payload, count) == 0);
  check_struct(name, payload, count);
  frames++;
}

static void check_damaged(const char *line) {
  static char name[64], wire_hex[LINE_BYTES];
  static uint8_t wire[MAX_BYTES], buffer[RNNP_FRAME_BYTES(MAX_BYTES)];
  int event = 0;
  CHECK_EQUAL(sscanf(line, "bad %63s %d %8191s", name, &event, wire_hex), 3);
  const size_t wire_bytes = from_hex(wire_hex, wire);
  rnnp_frame_decoder_t decoder;
  rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
  for (size_t i = 0; i + 1 < wire_bytes; i++) {
    CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, wire[i]), RNNP_FRAME_NONE);
  }
  CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, 0), event);
  damaged++;
}

static void check_rows(const char *line) {
  static char name[64], picture_hex[LINE_BYTES], code_hex[LINE_BYTES];
  static uint8_t picture[MAX_BYTES], decoded[MAX_BYTES], code[MAX_BYTES];
  unsigned width = 0, position = 0, pixels = 0;
  CHECK_EQUAL(sscanf(line, "rows %63s %u %u %u %8191s %8191s", name, &width, &position, &pixels, picture_hex, code_hex), 6);
  const size_t count = from_hex(picture_hex, picture);
  rnnp_row_decoder_t decoder;
  rnnp_row_decoder_init(&decoder, code, from_hex(code_hex, code));
  memcpy(decoded, picture, position);
  while (pixels > 0) {
    const unsigned column = position % width;
    const unsigned part = pixels < width - column ? pixels : width - column;
    uint8_t *start = decoded + position - column;
    CHECK(rnnp_row_decode(&decoder, start, position >= width ? start - width : NULL, column, part));
    position += part;
    pixels -= part;
  }
  CHECK(rnnp_row_decoder_at_end(&decoder));
  CHECK(memcmp(decoded, picture, count) == 0);
  rows++;
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  static char line[3 * LINE_BYTES];
  FILE *file = fopen(RNNP_LINK_VECTORS, "r");
  CHECK(file != NULL);
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "frame ", 6) == 0) {
      check_frame(line);
    } else if (strncmp(line, "bad ", 4) == 0) {
      check_damaged(line);
    } else if (strncmp(line, "rows ", 5) == 0) {
      check_rows(line);
    }
  }
  fclose(file);
  CHECK(frames >= 50 && damaged >= 8 && rows >= 15);
  return 0;
}
