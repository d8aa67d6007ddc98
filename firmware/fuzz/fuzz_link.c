/*
 * Anything that a host, the line, the clock and the storage can do to a device: messages in good frames, raw bytes, bytes in the middle
 * of a computed row, lost connections, a blocked line, power that fails during any operation of the storage, and restarts.
 *
 * The input is a list of operations. After each of them, nothing was programmed that was not erased; after each restart, the active slot
 * holds the bytes that were verified; at the end, a host connects and gets the result of a frame.
 */
#include "../tests/link/test_host.h"
#include "rnnp/rnnp_sha256.h"

#define MODEL_BYTES 9001u /* three erase blocks, and no multiple of the programming granularity */
#define CHUNK 464u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum operation {
  OP_MESSAGE,
  OP_RAW,
  OP_TIME,
  OP_CONNECT,
  OP_UPLOAD,
  OP_CHUNKS,
  OP_COMMAND,
  OP_FRAME,
  OP_POWER,
  OP_RESTART,
  OP_LINE,
  OP_ENGINE,
  OP_ATTEND,
  OP_COUNT
};

static test_flash_t flash;
static test_device_t device;
static test_host_t host;
static uint8_t models[2][MODEL_BYTES];
static uint8_t hashes[2][RNNP_SHA256_BYTES];
static const uint8_t *input;
static size_t input_left;
static uint32_t clock_calls;
static bool attend_bytes; /* the next row reads bytes of the input while it is computed */

static uint8_t next_byte(void) {
  if (input_left == 0) {
    return 0;
  }
  input_left--;
  return *input++;
}

static size_t take(const uint8_t **bytes, size_t count) {
  count = count < input_left ? count : input_left;
  *bytes = input;
  input += count;
  input_left -= count;
  return count;
}

/* Waits end: every few queries of the clock take a millisecond. */
static uint32_t advancing_clock(void *context) {
  test_device_t *of = context;
  if (++clock_calls % 16u == 0) {
    of->now_ms++;
  }
  return of->now_ms;
}

static void while_computing(void) {
  if (attend_bytes) {
    const uint8_t *bytes;
    const size_t count = take(&bytes, next_byte());
    (void)rnnp_link_receive_bytes(&device.link, bytes, count);
  }
}

static void make_models(void) {
  for (unsigned m = 0; m < 2; m++) {
    for (size_t i = 0; i < MODEL_BYTES; i++) {
      models[m][i] = (uint8_t)(i * 31u + m * 7u + 1u);
    }
    rnnp_sha256_t sha;
    rnnp_sha256_init(&sha);
    rnnp_sha256_update(&sha, models[m], MODEL_BYTES);
    rnnp_sha256_final(&sha, hashes[m]);
  }
}

static void check_active_slot(void) {
  const rnnp_slot_record_t *record = &device.store.record;
  CHECK(device.link.store != NULL);
  CHECK(record->active < RNNP_SLOT_COUNT || record->active == RNNP_SLOT_BUILT_IN);
  if (record->active < RNNP_SLOT_COUNT) {
    const rnnp_slot_entry_t *slot = &record->slots[record->active];
    CHECK(slot->total > 0 && slot->total <= TEST_SLOT_BYTES);
    uint8_t digest[RNNP_SHA256_BYTES];
    rnnp_sha256_t sha;
    rnnp_sha256_init(&sha);
    rnnp_sha256_update(&sha, flash.slots[record->active], slot->total);
    rnnp_sha256_final(&sha, digest);
    CHECK(memcmp(digest, slot->sha256, sizeof digest) == 0);
    CHECK(flash.slots[record->active][0] != TEST_BAD_MODEL);
  }
}

static void restart(uint8_t reason) {
  test_device_start(&device, &flash, reason, true, true);
  device.port.now_ms = advancing_clock;
  device.while_computing = while_computing;
  check_active_slot();
  host_init(&host, &device);
}

static void put(uint8_t type, uint8_t flags, uint8_t seq, const void *payload, size_t length) {
  uint8_t encoded[RNNP_FRAME_ENCODED_MAX(RNNP_LINK_RX_PAYLOAD + 64u)];
  const rnnp_wire_header_t header = {.version = 1,
                                     .type = type,
                                     .flags = flags,
                                     .session = host.session,
                                     .seq = seq,
                                     .ack = host.ack,
                                     .credit = 16,
                                     .tag = 9,
                                     .length = (uint16_t)length};
  const size_t bytes = rnnp_frame_encode(encoded, &header, payload);
  (void)rnnp_link_receive_bytes(&device.link, encoded, bytes);
  host_run(&host);
}

static void send(uint8_t type, const void *payload, size_t length) { put(type, RNNP_FLAG_RELIABLE, host.seq++, payload, length); }

static void send_message(void) {
  const uint8_t type = next_byte();
  const uint8_t flags = next_byte();
  const uint8_t *payload;
  const size_t length = take(&payload, next_byte() * 2u);
  if ((flags & 0x80u) != 0) {
    put(type, (uint8_t)(flags & 3u), (uint8_t)(host.seq + (flags >> 2 & 7u)), payload, length);
  } else {
    send(type, payload, length);
  }
}

static void send_chunks(uint8_t slot, unsigned model, unsigned count) {
  while (count-- > 0) {
    const uint32_t offset = slot < RNNP_SLOT_COUNT ? device.store.received[slot] : 0;
    const size_t bytes = offset >= MODEL_BYTES ? 0 : MODEL_BYTES - offset < CHUNK ? MODEL_BYTES - offset : CHUNK;
    uint8_t payload[sizeof(rnnp_wire_upload_data_t) + CHUNK];
    rnnp_wire_upload_data_t head = {.slot = slot, .offset = offset};
    memcpy(&head.upload, hashes[model], sizeof head.upload);
    memcpy(payload, &head, sizeof head);
    memcpy(payload + sizeof head, models[model] + (bytes > 0 ? offset : 0), bytes);
    send(RNNP_MSG_UPLOAD_DATA, payload, sizeof head + bytes);
  }
}

static void send_upload(uint8_t slot, unsigned model, uint32_t total) {
  rnnp_wire_upload_begin_t begin = {.slot = slot, .total = total};
  memcpy(begin.sha256, hashes[model], sizeof begin.sha256);
  send(RNNP_MSG_UPLOAD_BEGIN, &begin, sizeof begin);
}

static void send_command(uint8_t type, uint8_t slot, unsigned model) {
  rnnp_wire_slot_command_t command = {.slot = slot};
  memcpy(command.sha256, hashes[model], sizeof command.sha256);
  send(type, &command, sizeof command);
}

static void send_frame(uint16_t frame, uint16_t width, uint16_t height) {
  const rnnp_wire_frame_begin_t begin = {.frame = frame, .width = width, .height = height};
  send(RNNP_MSG_FRAME_BEGIN, &begin, sizeof begin);
}

static void send_rows(uint16_t frame, uint8_t encoding, uint16_t row, uint16_t column, uint16_t pixels, const uint8_t *bytes,
                      size_t count) {
  uint8_t payload[sizeof(rnnp_wire_frame_rows_t) + 256u];
  const rnnp_wire_frame_rows_t head = {.frame = frame, .encoding = encoding, .row = row, .column = column, .pixels = pixels};
  memcpy(payload, &head, sizeof head);
  memcpy(payload + sizeof head, bytes, count);
  send(RNNP_MSG_FRAME_ROWS, payload, sizeof head + count);
}

static void operate(void) {
  const uint8_t *bytes;
  size_t count;
  uint8_t a;
  switch (next_byte() % OP_COUNT) {
    case OP_MESSAGE:
      send_message();
      break;
    case OP_RAW:
      count = take(&bytes, next_byte());
      (void)rnnp_link_receive_bytes(&device.link, bytes, count);
      host_run(&host);
      break;
    case OP_TIME:
      a = next_byte();
      device.now_ms += (uint32_t)a * a;
      host_run(&host);
      break;
    case OP_CONNECT:
      a = next_byte();
      device.output_limit = TEST_OUTPUT_BYTES;
      host_run(&host);
      (void)host_connect(&host, (uint32_t)a << 8 | (a | 1u), (uint8_t)(a >> 6), (uint8_t)(1u + (a >> 7)));
      break;
    case OP_UPLOAD:
      a = next_byte();
      send_upload(a & 3u, a >> 2 & 1u, (a & 8u) == 0 ? MODEL_BYTES : (uint32_t)next_byte() << (a >> 4));
      break;
    case OP_CHUNKS:
      a = next_byte();
      send_chunks(a & 1u, a >> 1 & 1u, 1u + (a >> 2) % 24u);
      break;
    case OP_COMMAND:
      a = next_byte();
      send_command((a & 1u) == 0 ? RNNP_MSG_UPLOAD_VERIFY : RNNP_MSG_ACTIVATE, a >> 1 & 3u, a >> 3 & 1u);
      break;
    case OP_FRAME:
      a = next_byte();
      if ((a & 1u) != 0) {
        const uint16_t width = (uint16_t)(next_byte() * 2u);
        send_frame(a >> 1 & 3u, width, next_byte());
      }
      count = take(&bytes, next_byte());
      const uint16_t row = (a & 0x20u) != 0 ? next_byte() : device.next_row;
      const uint16_t column = (a & 0x40u) != 0 ? next_byte() : 0;
      send_rows(a >> 1 & 3u, a >> 3 & 3u, row, column, (uint16_t)(next_byte() * 2u), bytes, count);
      break;
    case OP_POWER:
      flash.fail_at = flash.operations + 1u + next_byte() % 32u;
      break;
    case OP_RESTART:
      restart(next_byte() % 6u);
      break;
    case OP_LINE:
      a = next_byte();
      device.output_limit = a >= 128u ? TEST_OUTPUT_BYTES : device.output_length + a;
      break;
    case OP_ENGINE:
      device.failing_engine = (next_byte() & 1u) != 0;
      break;
    default:
      attend_bytes = (next_byte() & 1u) != 0;
      break;
  }
}

/* After all of that, a host connects to a device that has power and gets the result of its frame. */
static void check_recovery(void) {
  static const uint8_t pixels[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  attend_bytes = false;
  restart(RNNP_BOOT_POWER);
  CHECK_EQUAL(host_connect(&host, 0x31u, 1, 1), 1);
  send_frame(7, 8, 2);
  send_rows(7, RNNP_ROWS_RAW, 0, 0, sizeof pixels, pixels, sizeof pixels);
  CHECK(host_find(&host, RNNP_MSG_RESULT) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (models[1][0] == 0) {
    make_models();
  }
  input = data;
  input_left = size;
  attend_bytes = false;
  memset(&device, 0, sizeof device);
  test_flash_init(&flash);
  restart(RNNP_BOOT_POWER);
  (void)host_connect(&host, 0x31u, 1, 1);
  while (input_left > 0) {
    operate();
    CHECK(!flash.overwritten);
  }
  check_recovery();
  CHECK(!flash.overwritten);
  return 0;
}
