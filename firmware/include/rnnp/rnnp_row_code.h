/* The lossless row code of FRAME_ROWS: median edge detection (the predictor of JPEG-LS, ITU-T T.87) and Rice codes whose
   parameter is chosen for every 32 pixels. docs/protocol.md gives the bit layout. */
#ifndef RNNP_ROW_CODE_H
#define RNNP_ROW_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RNNP_ROW_CODE_BLOCK 32u

typedef struct {
  const uint8_t *next;
  const uint8_t *end;
  uint32_t bits;      /* low bit first */
  uint8_t count;      /* valid bits in bits */
  uint8_t mode;       /* of the block under way */
  uint8_t block_left; /* pixels of the block still to come */
} rnnp_row_decoder_t;

void rnnp_row_decoder_init(rnnp_row_decoder_t *decoder, const uint8_t *bytes, size_t count);

/* Decodes count pixels into line from column on; above is the line above it, or NULL for row 0. The pixels of the line
   before column must be present. False: the code is damaged. */
bool rnnp_row_decode(rnnp_row_decoder_t *decoder, uint8_t *line, const uint8_t *above, size_t column, size_t count);

/* The same where line holds the line above from column on, and corner is the pixel of that line left of column. */
bool rnnp_row_decode_over(rnnp_row_decoder_t *decoder, uint8_t *line, uint8_t corner, size_t column, size_t count);

/* Whether all bytes are used up and the unused bits of the last one are 0. */
bool rnnp_row_decoder_at_end(const rnnp_row_decoder_t *decoder);

#ifdef __cplusplus
}
#endif

#endif
