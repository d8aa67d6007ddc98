/* Frames on the wire: header, payload and CRC-32, COBS-coded (Cheshire and Baker, "Consistent Overhead Byte Stuffing",
   IEEE/ACM Transactions on Networking 7(2), 1999), ended by a zero byte. */
#ifndef RNNP_FRAME_CODEC_H
#define RNNP_FRAME_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rnnp/rnnp_link_wire.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a decoded frame, and the most that its encoding with the final zero can take. */
#define RNNP_FRAME_BYTES(payload) (sizeof(rnnp_wire_header_t) + (payload) + RNNP_CRC_BYTES)
#define RNNP_FRAME_ENCODED_MAX(payload) (RNNP_FRAME_BYTES(payload) + RNNP_FRAME_BYTES(payload) / 254u + 2u)

/* CRC-32 of IEEE 802.3 (reflected, polynomial 0x04C11DB7). Start with crc = 0; pass the previous result to continue. */
uint32_t rnnp_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

enum rnnp_frame_event {
  RNNP_FRAME_NONE = 0,          /* nothing yet */
  RNNP_FRAME_READY = 1,         /* buffer holds a frame whose CRC and length hold */
  RNNP_FRAME_COBS_ERROR = -1,   /* a block ends beyond the delimiter */
  RNNP_FRAME_LENGTH_ERROR = -2, /* too short, too long, or the length field is wrong */
  RNNP_FRAME_CRC_ERROR = -3
};

/* Decodes byte by byte into a buffer of the caller's. */
typedef struct {
  uint8_t *buffer;
  uint16_t capacity;
  uint16_t length;   /* of what is decoded so far, or of the frame that is ready */
  uint8_t remaining; /* data bytes until the next code byte */
  bool zero_due;     /* the block is followed by a zero byte, unless the frame ends */
  bool skipping;     /* too long: wait for the delimiter */
  bool fresh;        /* a delimiter came last */
} rnnp_frame_decoder_t;

void rnnp_frame_decoder_init(rnnp_frame_decoder_t *decoder, uint8_t *buffer, uint16_t capacity);

/* Takes one byte. After RNNP_FRAME_READY the buffer stays valid until the next call. */
enum rnnp_frame_event rnnp_frame_decoder_push(rnnp_frame_decoder_t *decoder, uint8_t byte);

/* Takes bytes until there is an event, and returns how many; *event is RNNP_FRAME_NONE when all were taken without one. */
size_t rnnp_frame_decoder_take(rnnp_frame_decoder_t *decoder, const uint8_t *bytes, size_t count, enum rnnp_frame_event *event);

/* Writes a whole frame with its final zero to out, which must hold RNNP_FRAME_ENCODED_MAX(header->length) bytes;
   returns the number written. */
size_t rnnp_frame_encode(uint8_t *out, const rnnp_wire_header_t *header, const uint8_t *payload);

#ifdef __cplusplus
}
#endif

#endif
