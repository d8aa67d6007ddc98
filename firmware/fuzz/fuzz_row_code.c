/*
 * The decoder of compressed rows: any code, cut into any messages, stays within its bytes and its lines, and decodes to the same pixels as
 * in one piece. The first bytes of the input are the width, and where the picture is cut.
 */
#include <stdlib.h>
#include <string.h>

#include "../tests/link/check.h"
#include "rnnp/rnnp_row_code.h"

#define MAX_WIDTH 320u
#define GUARD 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
  uint8_t lines[2][GUARD + MAX_WIDTH + GUARD];
} picture_t;

static void fill(picture_t *picture) { memset(picture, 0xC3, sizeof *picture); }

static void check_guards(const picture_t *picture, size_t width) {
  for (unsigned y = 0; y < 2; y++) {
    for (size_t i = 0; i < GUARD; i++) {
      CHECK_EQUAL(picture->lines[y][i], 0xC3);
      CHECK_EQUAL(picture->lines[y][GUARD + width + i], 0xC3);
    }
  }
}

/* Decodes two lines in pieces of `step` pixels. Returns how many pixels were decoded, all or those before the damage. */
static size_t decode(picture_t *picture, const uint8_t *code, size_t bytes, size_t width, size_t step) {
  rnnp_row_decoder_t decoder;
  size_t done = 0;
  rnnp_row_decoder_init(&decoder, code, bytes);
  while (done < 2 * width) {
    const size_t y = done / width;
    const size_t column = done % width;
    const size_t count = step < width - column ? step : width - column;
    const uint8_t *above = y == 0 ? NULL : picture->lines[0] + GUARD;
    const bool good = rnnp_row_decode(&decoder, picture->lines[y] + GUARD, above, column, count);
    CHECK(decoder.next <= code + bytes);
    if (!good) {
      break;
    }
    done += count;
  }
  (void)rnnp_row_decoder_at_end(&decoder);
  check_guards(picture, width);
  return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static picture_t whole;
  static picture_t cut;
  if (size < 3) {
    return 0;
  }
  const size_t width = 1u + (data[0] | (size_t)(data[1] & 1u) << 8) % MAX_WIDTH;
  const size_t step = 1u + data[2];
  uint8_t *code = malloc(size - 3 + (size == 3)); /* of exactly this size: the sanitizer sees every byte too many */
  if (!code) {
    return 0;
  }
  memcpy(code, data + 3, size - 3);
  fill(&whole);
  fill(&cut);
  const size_t all = decode(&whole, code, size - 3, width, width);
  const size_t some = decode(&cut, code, size - 3, width, step);
  CHECK(some >= all);
  for (size_t i = 0; i < all; i++) {
    CHECK_EQUAL(cut.lines[i / width][GUARD + i % width], whole.lines[i / width][GUARD + i % width]);
  }
  free(code);
  return 0;
}
