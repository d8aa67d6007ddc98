#include <string.h>

#include "check.h"
#include "rnnp/rnnp_frame_codec.h"

#define MAX_PAYLOAD 700u

static uint8_t payload[MAX_PAYLOAD];
static uint8_t encoded[RNNP_FRAME_ENCODED_MAX(MAX_PAYLOAD)];
static uint8_t buffer[RNNP_FRAME_BYTES(MAX_PAYLOAD)];

static size_t encode(uint16_t length) {
  const rnnp_wire_header_t header = {.version = 1, .type = RNNP_MSG_FRAME_ROWS, .session = 7, .length = length};
  const size_t bytes = rnnp_frame_encode(encoded, &header, payload);
  CHECK(bytes <= RNNP_FRAME_ENCODED_MAX(length));
  CHECK_EQUAL(encoded[bytes - 1], 0);
  CHECK(memchr(encoded, 0, bytes - 1) == NULL);
  return bytes;
}

static enum rnnp_frame_event push_all(rnnp_frame_decoder_t *decoder, const uint8_t *bytes, size_t count) {
  enum rnnp_frame_event last = RNNP_FRAME_NONE;
  for (size_t i = 0; i < count; i++) {
    last = rnnp_frame_decoder_push(decoder, bytes[i]);
    CHECK(last == RNNP_FRAME_NONE || i + 1 == count);
  }
  return last;
}

static void check_value_of_crc(void) {
  CHECK_EQUAL(rnnp_crc32(0, (const uint8_t *)"123456789", 9), 0xCBF43926u);
  const uint32_t first = rnnp_crc32(0, (const uint8_t *)"12345", 5);
  CHECK_EQUAL(rnnp_crc32(first, (const uint8_t *)"6789", 4), 0xCBF43926u);
}

static void check_round_trips(void) {
  rnnp_frame_decoder_t decoder;
  rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
  uint32_t random = 1;
  for (unsigned kind = 0; kind < 4; kind++) {
    for (uint16_t length = 0; length <= MAX_PAYLOAD; length++) {
      for (uint16_t i = 0; i < length; i++) {
        const uint32_t value = next_random(&random);
        payload[i] = (uint8_t)(kind == 0 ? value : kind == 1 ? 0u : kind == 2 ? 0xFFu : value % 5u == 0 ? 0u : value);
      }
      CHECK_EQUAL(push_all(&decoder, encoded, encode(length)), RNNP_FRAME_READY);
      CHECK_EQUAL(decoder.length, RNNP_FRAME_BYTES(length));
      CHECK(memcmp(buffer + sizeof(rnnp_wire_header_t), payload, length) == 0);
    }
  }
}

static void check_idle_and_repeated_delimiters(void) {
  rnnp_frame_decoder_t decoder;
  rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
  CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, 0), RNNP_FRAME_NONE);
  const size_t bytes = encode(20);
  CHECK_EQUAL(push_all(&decoder, encoded, bytes), RNNP_FRAME_READY);
  CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, 0), RNNP_FRAME_NONE);
  CHECK_EQUAL(rnnp_frame_decoder_push(&decoder, 0), RNNP_FRAME_NONE);
  CHECK_EQUAL(push_all(&decoder, encoded, bytes), RNNP_FRAME_READY);
}

/* Every single damaged byte, bit, missing byte and repeated byte of a frame is noticed, and the next frame is good again. */
static void check_damage(void) {
  for (uint16_t i = 0; i < 40; i++) {
    payload[i] = (uint8_t)(i % 7 == 0 ? 0 : i * 31);
  }
  const size_t bytes = encode(40);
  for (size_t at = 0; at + 1 < bytes; at++) {
    for (unsigned bit = 0; bit < 10; bit++) {
      uint8_t damaged[128];
      size_t count = bytes;
      memcpy(damaged, encoded, bytes);
      if (bit < 8) {
        damaged[at] ^= (uint8_t)(1u << bit);
      } else if (bit == 8) {
        memmove(damaged + at, damaged + at + 1, bytes - at - 1);
        count--;
      } else {
        memmove(damaged + at + 1, damaged + at, bytes - at);
        count++;
      }
      if (count == bytes && memcmp(damaged, encoded, bytes) == 0) {
        continue;
      }
      rnnp_frame_decoder_t decoder;
      rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
      unsigned errors = 0;
      for (size_t i = 0; i < count; i++) {
        const enum rnnp_frame_event event = rnnp_frame_decoder_push(&decoder, damaged[i]);
        CHECK(event != RNNP_FRAME_READY);
        errors += event < 0;
      }
      CHECK(errors >= 1);
      CHECK_EQUAL(push_all(&decoder, encoded, bytes), RNNP_FRAME_READY);
    }
  }
}

static void check_limits(void) {
  rnnp_frame_decoder_t decoder;
  rnnp_frame_decoder_init(&decoder, buffer, RNNP_FRAME_BYTES(30u));
  CHECK_EQUAL(push_all(&decoder, encoded, encode(30)), RNNP_FRAME_READY);
  CHECK_EQUAL(push_all(&decoder, encoded, encode(31)), RNNP_FRAME_LENGTH_ERROR);
  CHECK_EQUAL(push_all(&decoder, encoded, encode(600)), RNNP_FRAME_LENGTH_ERROR);
  CHECK_EQUAL(push_all(&decoder, encoded, encode(30)), RNNP_FRAME_READY);
  static const uint8_t too_short[] = {2, 1, 0};
  CHECK_EQUAL(push_all(&decoder, too_short, sizeof too_short), RNNP_FRAME_LENGTH_ERROR);
  static const uint8_t open_block[] = {9, 1, 0};
  CHECK_EQUAL(push_all(&decoder, open_block, sizeof open_block), RNNP_FRAME_COBS_ERROR);
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  check_value_of_crc();
  check_round_trips();
  check_idle_and_repeated_delimiters();
  check_damage();
  check_limits();
  return 0;
}
