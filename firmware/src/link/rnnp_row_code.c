#include "rnnp/rnnp_row_code.h"

/* Modes of a block: 0 = every residual is 0, 1 to 6 = Rice parameter 0 to 5, 7 = residuals as they are. */
enum { MODE_ZERO = 0, MODE_PLAIN = 7, MODE_BITS = 3, ESCAPE_ONES = 8, PLAIN_BITS = 8 };

void rnnp_row_decoder_init(rnnp_row_decoder_t *decoder, const uint8_t *bytes, size_t count) {
  decoder->next = bytes;
  decoder->end = bytes + count;
  decoder->bits = 0;
  decoder->count = 0;
  decoder->mode = MODE_ZERO;
  decoder->block_left = 0;
}

/* One symbol takes 16 bits at most: 8 ones and 8 bits. Missing bytes read as zeros and make count run out. */
static inline void refill(rnnp_row_decoder_t *decoder) {
  while (decoder->count <= 24 && decoder->next != decoder->end) {
    decoder->bits |= (uint32_t)*decoder->next++ << decoder->count;
    decoder->count = (uint8_t)(decoder->count + 8u);
  }
}

static inline bool take(rnnp_row_decoder_t *decoder, uint32_t width, uint32_t *value) {
  if (width > decoder->count) {
    return false;
  }
  *value = decoder->bits & ((1u << width) - 1u);
  decoder->bits >>= width;
  decoder->count = (uint8_t)(decoder->count - width);
  return true;
}

static inline bool take_residual(rnnp_row_decoder_t *decoder, uint32_t *value) {
  uint32_t ones = 0;
  uint32_t low = 0;
  if (decoder->mode == MODE_ZERO) {
    *value = 0;
    return true;
  }
  if (decoder->count < 16) {
    refill(decoder);
  }
  if (decoder->mode == MODE_PLAIN) {
    return take(decoder, PLAIN_BITS, value);
  }
  if ((decoder->bits & 0xFFu) == 0xFFu) {
    return take(decoder, ESCAPE_ONES, &ones) && take(decoder, PLAIN_BITS, value);
  }
#if defined(__GNUC__)
  ones = (uint32_t)__builtin_ctz(~decoder->bits);
#else
  while (((decoder->bits >> ones) & 1u) != 0) {
    ones++;
  }
#endif
  const uint32_t parameter = decoder->mode - 1u;
  uint32_t unary = 0;
  if (!take(decoder, ones + 1u, &unary) || !take(decoder, parameter, &low)) {
    return false;
  }
  *value = ones << parameter | low;
  return *value <= 0xFFu;
}

static inline uint32_t predict(uint32_t left, uint32_t up, uint32_t corner) {
  const uint32_t high = left > up ? left : up;
  const uint32_t low = left > up ? up : left;
  if (corner >= high) {
    return low;
  }
  return corner <= low ? high : left + up - corner;
}

bool rnnp_row_decode(rnnp_row_decoder_t *decoder, uint8_t *line, const uint8_t *above, size_t column, size_t count) {
  uint32_t left = column > 0 ? line[column - 1] : above != NULL ? above[0] : 128u;
  uint32_t corner = above == NULL ? left : column > 0 ? above[column - 1] : above[0];
  for (const size_t stop = column + count; column < stop; column++) {
    if (decoder->block_left == 0) {
      uint32_t mode = 0;
      refill(decoder);
      if (!take(decoder, MODE_BITS, &mode)) {
        return false;
      }
      decoder->mode = (uint8_t)mode;
      decoder->block_left = RNNP_ROW_CODE_BLOCK;
    }
    decoder->block_left--;
    uint32_t folded = 0;
    if (!take_residual(decoder, &folded)) {
      return false;
    }
    const uint32_t up = above != NULL ? above[column] : left;
    const uint32_t residual = (folded >> 1) ^ (0u - (folded & 1u));
    left = (predict(left, up, above != NULL ? corner : left) + residual) & 0xFFu;
    corner = up;
    line[column] = (uint8_t)left;
  }
  return true;
}

bool rnnp_row_decoder_at_end(const rnnp_row_decoder_t *decoder) {
  return decoder->next == decoder->end && decoder->count < 8 && decoder->bits == 0;
}
