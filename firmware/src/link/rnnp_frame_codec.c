#include "rnnp/rnnp_frame_codec.h"

#include <string.h>

void rnnp_frame_decoder_init(rnnp_frame_decoder_t *decoder, uint8_t *buffer, uint16_t capacity) {
  memset(decoder, 0, sizeof *decoder);
  decoder->buffer = buffer;
  decoder->capacity = capacity;
}

static uint32_t get_u32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static enum rnnp_frame_event check_frame(const rnnp_frame_decoder_t *decoder) {
  const size_t overhead = RNNP_FRAME_BYTES(0u);
  if (decoder->length < overhead) {
    return RNNP_FRAME_LENGTH_ERROR;
  }
  const size_t covered = decoder->length - RNNP_CRC_BYTES;
  if (rnnp_crc32(0, decoder->buffer, covered) != get_u32(decoder->buffer + covered)) {
    return RNNP_FRAME_CRC_ERROR;
  }
  const uint8_t *field = decoder->buffer + offsetof(rnnp_wire_header_t, length);
  const size_t length = (size_t)field[0] | (size_t)field[1] << 8;
  return length == decoder->length - overhead ? RNNP_FRAME_READY : RNNP_FRAME_LENGTH_ERROR;
}

static enum rnnp_frame_event end_frame(rnnp_frame_decoder_t *decoder) {
  enum rnnp_frame_event event;
  if (decoder->skipping) {
    event = RNNP_FRAME_LENGTH_ERROR;
  } else if (decoder->remaining > 0) {
    event = RNNP_FRAME_COBS_ERROR;
  } else if (decoder->fresh || (decoder->length == 0 && !decoder->zero_due)) {
    event = RNNP_FRAME_NONE; /* delimiters in a row are idle filling */
  } else {
    event = check_frame(decoder);
  }
  decoder->remaining = 0;
  decoder->skipping = false;
  decoder->zero_due = false;
  return event;
}

/* After a delimiter the length stays, for the reader of the frame; the next byte starts at 0. */
enum rnnp_frame_event rnnp_frame_decoder_push(rnnp_frame_decoder_t *decoder, uint8_t byte) {
  if (byte == 0) {
    const enum rnnp_frame_event event = end_frame(decoder);
    if (event != RNNP_FRAME_READY) {
      decoder->length = 0;
    }
    decoder->fresh = true;
    return event;
  }
  if (decoder->fresh) {
    decoder->fresh = false;
    decoder->length = 0;
  }
  if (decoder->skipping) {
    return RNNP_FRAME_NONE;
  }
  uint8_t value = byte;
  if (decoder->remaining == 0) {
    const bool zero = decoder->zero_due;
    decoder->remaining = (uint8_t)(byte - 1u);
    decoder->zero_due = byte != 0xFFu;
    if (!zero) {
      return RNNP_FRAME_NONE;
    }
    value = 0;
  } else {
    decoder->remaining--;
  }
  if (decoder->length == decoder->capacity) {
    decoder->skipping = true;
    return RNNP_FRAME_NONE;
  }
  decoder->buffer[decoder->length++] = value;
  return RNNP_FRAME_NONE;
}

/* The bytes of a block up to its end or to a delimiter: nearly all bytes come this way. */
static size_t take_block(rnnp_frame_decoder_t *decoder, const uint8_t *bytes, size_t count) {
  const size_t room = (size_t)(decoder->capacity - decoder->length);
  uint8_t *target = decoder->buffer + decoder->length;
  size_t taken = 0;
  count = count < decoder->remaining ? count : decoder->remaining;
  count = count < room ? count : room;
  for (; taken < count && bytes[taken] != 0; taken++) {
    target[taken] = bytes[taken];
  }
  decoder->length = (uint16_t)(decoder->length + taken);
  decoder->remaining = (uint8_t)(decoder->remaining - taken);
  return taken;
}

size_t rnnp_frame_decoder_take(rnnp_frame_decoder_t *decoder, const uint8_t *bytes, size_t count, enum rnnp_frame_event *event) {
  size_t taken = 0;
  *event = RNNP_FRAME_NONE;
  while (taken < count && *event == RNNP_FRAME_NONE) {
    if (decoder->remaining > 0 && !decoder->skipping) {
      taken += take_block(decoder, bytes + taken, count - taken);
    }
    if (taken < count) {
      *event = rnnp_frame_decoder_push(decoder, bytes[taken]);
      taken++;
    }
  }
  return taken;
}

typedef struct {
  uint8_t *out;
  size_t length; /* written, the code byte of the open block included */
  size_t code;   /* position of that code byte */
} cobs_writer_t;

static void cobs_put(cobs_writer_t *writer, const uint8_t *bytes, size_t count) {
  while (count-- > 0) {
    const uint8_t byte = *bytes++;
    if (byte != 0) {
      writer->out[writer->length++] = byte;
    }
    const size_t block = writer->length - writer->code;
    if (byte == 0 || block == 0xFFu) {
      writer->out[writer->code] = (uint8_t)block;
      writer->code = writer->length++;
    }
  }
}

size_t rnnp_frame_encode(uint8_t *out, const rnnp_wire_header_t *header, const uint8_t *payload) {
  uint8_t raw[sizeof *header];
  memcpy(raw, header, sizeof raw);
  uint32_t crc = rnnp_crc32(0, raw, sizeof raw);
  crc = rnnp_crc32(crc, payload, header->length);
  const uint8_t check[RNNP_CRC_BYTES] = {(uint8_t)crc, (uint8_t)(crc >> 8), (uint8_t)(crc >> 16), (uint8_t)(crc >> 24)};
  cobs_writer_t writer = {out, 1, 0};
  cobs_put(&writer, raw, sizeof raw);
  cobs_put(&writer, payload, header->length);
  cobs_put(&writer, check, sizeof check);
  out[writer.code] = (uint8_t)(writer.length - writer.code);
  out[writer.length++] = 0;
  return writer.length;
}
