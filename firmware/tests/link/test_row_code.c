#include <string.h>

#include "check.h"
#include "rnnp/rnnp_row_code.h"

static void check_blank_rows(void) {
  static const uint8_t blank[1] = {0}; /* two blocks of mode 0 */
  uint8_t line[64];
  rnnp_row_decoder_t decoder;
  rnnp_row_decoder_init(&decoder, blank, sizeof blank);
  CHECK(rnnp_row_decode(&decoder, line, NULL, 0, sizeof line));
  CHECK(rnnp_row_decoder_at_end(&decoder));
  for (size_t i = 0; i < sizeof line; i++) {
    CHECK_EQUAL(line[i], 128);
  }
}

static void check_missing_bytes(void) {
  uint8_t line[64];
  rnnp_row_decoder_t decoder;
  rnnp_row_decoder_init(&decoder, NULL, 0);
  CHECK(!rnnp_row_decode(&decoder, line, NULL, 0, 1));
  static const uint8_t plain_without_data[1] = {7};
  rnnp_row_decoder_init(&decoder, plain_without_data, 1);
  CHECK(!rnnp_row_decode(&decoder, line, NULL, 0, 2));
  static const uint8_t left_over[3] = {0, 0, 0};
  rnnp_row_decoder_init(&decoder, left_over, sizeof left_over);
  CHECK(rnnp_row_decode(&decoder, line, NULL, 0, 32));
  CHECK(!rnnp_row_decoder_at_end(&decoder));
}

/* Any bytes at all: the decoder stays within its line and its input (the sanitizers watch). */
static void check_random_bytes(void) {
  uint32_t random = 7;
  for (unsigned round = 0; round < 20000; round++) {
    uint8_t code[96];
    uint8_t lines[2][80];
    const size_t bytes = next_random(&random) % sizeof code;
    const size_t column = next_random(&random) % 80u;
    memset(lines, 100, sizeof lines);
    for (size_t i = 0; i < bytes; i++) {
      code[i] = (uint8_t)next_random(&random);
    }
    rnnp_row_decoder_t decoder;
    rnnp_row_decoder_init(&decoder, code, bytes);
    (void)rnnp_row_decode(&decoder, lines[1], round % 3 == 0 ? NULL : lines[0], column, 80u - column);
    CHECK(decoder.next <= code + bytes);
    for (size_t i = 0; i < column; i++) {
      CHECK_EQUAL(lines[1][i], 100);
    }
  }
}

/* A line that replaces the one above it, in two parts, comes out as with the two apart. */
static void check_in_place(void) {
  uint32_t random = 11;
  for (unsigned round = 0; round < 2000; round++) {
    uint8_t code[200];
    uint8_t above[80];
    uint8_t apart[80];
    uint8_t over[80];
    for (size_t i = 0; i < sizeof code; i++) {
      code[i] = (uint8_t)next_random(&random);
    }
    for (size_t i = 0; i < sizeof above; i++) {
      above[i] = (uint8_t)next_random(&random);
    }
    memcpy(over, above, sizeof over);
    const size_t first = 1u + next_random(&random) % 79u;
    rnnp_row_decoder_t decoder;
    rnnp_row_decoder_init(&decoder, code, sizeof code);
    CHECK(rnnp_row_decode(&decoder, apart, above, 0, first) && rnnp_row_decode(&decoder, apart, above, first, 80u - first));
    rnnp_row_decoder_init(&decoder, code, sizeof code);
    CHECK(rnnp_row_decode_over(&decoder, over, 0, 0, first) && rnnp_row_decode_over(&decoder, over, above[first - 1], first, 80u - first));
    CHECK(memcmp(apart, over, sizeof over) == 0);
  }
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  check_blank_rows();
  check_missing_bytes();
  check_random_bytes();
  check_in_place();
  return 0;
}
