#include "rnnp/rnnp_row_code.h"

/* Modes of a block: 0 = every residual is 0, 1 to 6 = Rice parameter 0 to 5, 7 = residuals as they are. */
enum { MODE_ZERO = 0, MODE_PLAIN = 7, MODE_RICE = 8, MODE_BITS = 3, ESCAPE_ONES = 8, PLAIN_BITS = 8, SYMBOL_BITS = 16 };

#if defined(__GNUC__)
#define INLINE inline __attribute__((always_inline))
#else
#define INLINE inline
#endif

void rnnp_row_decoder_init(rnnp_row_decoder_t *decoder, const uint8_t *bytes, size_t count) {
  decoder->next = bytes;
  decoder->end = bytes + count;
  decoder->bits = 0;
  decoder->count = 0;
  decoder->mode = MODE_ZERO;
  decoder->block_left = 0;
}

/* Bits wait in a register of 32, low bit first; a symbol takes 16 at most. Beyond the end zeros come, and count runs below 0:
   one check for every run of pixels is enough. */
typedef struct {
  const uint8_t *next;
  const uint8_t *end;
  uint32_t bits;
  int32_t count;
} bit_reader;

static INLINE void refill(bit_reader *reader) {
  while (reader->count <= 24 && reader->next != reader->end) {
    reader->bits |= (uint32_t)*reader->next++ << reader->count;
    reader->count += 8;
  }
}

static INLINE uint32_t take(bit_reader *reader, uint32_t width) {
  const uint32_t value = reader->bits & ((1u << width) - 1u);
  reader->bits >>= width;
  reader->count -= (int32_t)width;
  return value;
}

static INLINE uint32_t trailing_ones(uint32_t bits) {
#if defined(__GNUC__)
  return (uint32_t)__builtin_ctz(~bits | 1u << ESCAPE_ONES);
#else
  uint32_t ones = 0;
  while (ones < ESCAPE_ONES && (bits >> ones & 1u) != 0) {
    ones++;
  }
  return ones;
#endif
}

/* kind is a constant where this is inlined: MODE_ZERO, MODE_PLAIN, or MODE_RICE for all Rice parameters. */
static INLINE uint32_t take_residual(bit_reader *reader, uint32_t kind, uint32_t parameter) {
  if (kind == MODE_ZERO) {
    return 0;
  }
  if (reader->count < SYMBOL_BITS) {
    refill(reader);
  }
  if (kind == MODE_PLAIN) {
    return take(reader, PLAIN_BITS);
  }
  const uint32_t ones = trailing_ones(reader->bits);
  if (ones == ESCAPE_ONES) {
    (void)take(reader, ESCAPE_ONES);
    return take(reader, PLAIN_BITS);
  }
  reader->bits >>= ones + 1u;
  reader->count -= (int32_t)(ones + 1u);
  return ones << parameter | take(reader, parameter);
}

/* The median of left, up and left + up - corner. */
static INLINE uint32_t predict(uint32_t left, uint32_t up, uint32_t corner) {
  const int32_t low = (int32_t)(left < up ? left : up);
  const int32_t high = (int32_t)(left < up ? up : left);
  const int32_t plane = (int32_t)(left + up - corner);
  const int32_t at_least = plane < low ? low : plane;
  return (uint32_t)(at_least > high ? high : at_least);
}

static INLINE uint32_t unfold(uint32_t folded) { return (folded >> 1) ^ (0u - (folded & 1u)); }

typedef struct {
  uint8_t *pixels;
  const uint8_t *above; /* NULL in row 0 */
  size_t count;
  uint32_t left; /* neighbours of the first pixel */
  uint32_t corner;
} pixel_run;

/* Reads a pixel of the line above before it writes the one in its place, which may be the same memory. */
static INLINE void decode_kind(bit_reader *reader, pixel_run *run, uint32_t kind, uint32_t parameter) {
  bit_reader local = *reader; /* a copy in registers: the pixels written might alias *reader */
  const uint8_t *above = run->above;
  uint8_t *pixels = run->pixels;
  uint32_t left = run->left;
  uint32_t corner = run->corner;
  for (const uint8_t *end = pixels + run->count; pixels != end; pixels++) {
    const uint32_t up = *above++;
    left = (predict(left, up, corner) + unfold(take_residual(&local, kind, parameter))) & 0xFFu;
    corner = up;
    *pixels = (uint8_t)left;
  }
  run->corner = corner;
  *reader = local;
}

/* Row 0 comes once in a picture and need not be fast. */
static void decode_row_0(bit_reader *reader, const pixel_run *run, uint32_t mode) {
  uint32_t left = run->left;
  for (size_t i = 0; i < run->count; i++) {
    const uint32_t kind = mode == MODE_ZERO || mode == MODE_PLAIN ? mode : MODE_RICE;
    left = (left + unfold(take_residual(reader, kind, mode - 1u))) & 0xFFu;
    run->pixels[i] = (uint8_t)left;
  }
}

static void decode_run(bit_reader *reader, pixel_run *run, uint32_t mode) {
  if (run->above == NULL) {
    decode_row_0(reader, run, mode);
  } else if (mode == MODE_ZERO) {
    decode_kind(reader, run, MODE_ZERO, 0);
  } else if (mode == MODE_PLAIN) {
    decode_kind(reader, run, MODE_PLAIN, 0);
  } else {
    decode_kind(reader, run, MODE_RICE, mode - 1u);
  }
}

static bool decode(rnnp_row_decoder_t *decoder, uint8_t *line, const uint8_t *above, uint32_t corner, size_t column, size_t count) {
  bit_reader reader = {decoder->next, decoder->end, decoder->bits, decoder->count};
  while (count > 0 && reader.count >= 0) {
    if (decoder->block_left == 0) {
      refill(&reader);
      decoder->mode = (uint8_t)take(&reader, MODE_BITS);
      decoder->block_left = RNNP_ROW_CODE_BLOCK;
    }
    const size_t part = count < decoder->block_left ? count : decoder->block_left;
    pixel_run run = {.pixels = line + column, .count = part, .left = column > 0 ? line[column - 1] : 128u};
    if (above != NULL) {
      run.above = above + column;
      run.left = column > 0 ? run.left : above[0];
      run.corner = column > 0 ? corner : above[0];
    }
    decode_run(&reader, &run, decoder->mode);
    corner = run.corner;
    decoder->block_left = (uint8_t)(decoder->block_left - part);
    column += part;
    count -= part;
  }
  decoder->next = reader.next;
  decoder->bits = reader.bits;
  decoder->count = (uint8_t)(reader.count < 0 ? 0 : reader.count);
  return reader.count >= 0;
}

bool rnnp_row_decode(rnnp_row_decoder_t *decoder, uint8_t *line, const uint8_t *above, size_t column, size_t count) {
  return decode(decoder, line, above, above != NULL && column > 0 ? above[column - 1] : 0, column, count);
}

bool rnnp_row_decode_over(rnnp_row_decoder_t *decoder, uint8_t *line, uint8_t corner, size_t column, size_t count) {
  return decode(decoder, line, line, corner, column, count);
}

bool rnnp_row_decoder_at_end(const rnnp_row_decoder_t *decoder) {
  return decoder->next == decoder->end && decoder->count < 8 && decoder->bits == 0;
}
