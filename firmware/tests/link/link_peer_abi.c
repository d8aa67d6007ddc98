/* The test device and the decoders as a shared library, for tests in other languages. */
#include <stdlib.h>

#include "test_device.h"

#define EXPORT __attribute__((visibility("default")))

typedef struct {
  test_device_t device;
  test_flash_t flash;
} peer_t;

EXPORT peer_t *peer_create(int slots, int built_in) {
  peer_t *peer = calloc(1, sizeof *peer); /* the tests' heap, not the firmware's */
  if (peer != NULL) {
    test_flash_init(&peer->flash);
    test_device_start(&peer->device, &peer->flash, RNNP_BOOT_POWER, slots != 0, built_in != 0);
  }
  return peer;
}

EXPORT void peer_destroy(peer_t *peer) { free(peer); }

EXPORT void peer_restart(peer_t *peer, uint8_t boot_reason) {
  test_device_start(&peer->device, &peer->flash, boot_reason, peer->device.link.store != NULL || peer->device.storage.slot_bytes > 0,
                    peer->device.built_in);
}

EXPORT uint32_t peer_receive(peer_t *peer, const uint8_t *bytes, uint32_t count) {
  return (uint32_t)rnnp_link_receive_bytes(&peer->device.link, bytes, count);
}

EXPORT uint32_t peer_poll(peer_t *peer, uint32_t now_ms, uint8_t *output, uint32_t capacity) {
  peer->device.now_ms = now_ms;
  while (rnnp_link_poll(&peer->device.link)) {
  }
  return (uint32_t)test_device_take(&peer->device, output, capacity);
}

EXPORT void peer_fail_flash_at(peer_t *peer, uint32_t operations_from_now) {
  peer->flash.fail_at = operations_from_now == 0 ? 0 : peer->flash.operations + operations_from_now;
}

EXPORT int peer_flash_dead(const peer_t *peer) { return peer->flash.dead; }

EXPORT int peer_flash_overwritten(const peer_t *peer) { return peer->flash.overwritten; }

EXPORT uint32_t peer_flash_operations(const peer_t *peer) { return peer->flash.operations; }

EXPORT void peer_damage_slot(peer_t *peer, int slot, uint32_t offset) { peer->flash.slots[slot][offset] ^= 1u; }

EXPORT void peer_fail_engine(peer_t *peer, int failing) { peer->device.failing_engine = failing != 0; }

EXPORT void peer_limit_output(peer_t *peer, uint32_t bytes) {
  peer->device.output_limit = bytes < TEST_OUTPUT_BYTES ? bytes : TEST_OUTPUT_BYTES;
}

EXPORT uint8_t peer_active_slot(const peer_t *peer) { return peer->device.link.active_slot; }

EXPORT int peer_connected(const peer_t *peer) { return rnnp_link_connected(&peer->device.link); }

EXPORT uint32_t peer_reboots_asked(const peer_t *peer) { return peer->device.reboots_asked; }

EXPORT int peer_log(peer_t *peer, uint8_t level, const char *text) { return rnnp_link_log(&peer->device.link, level, text); }

EXPORT int peer_fault(peer_t *peer, uint8_t fault, const char *text) { return rnnp_link_fault(&peer->device.link, fault, text); }

EXPORT void peer_stats(peer_t *peer, rnnp_wire_stats_t *stats) { *stats = *rnnp_link_stats(&peer->device.link); }

EXPORT uint32_t peer_link_bytes(void) { return (uint32_t)sizeof(rnnp_link_t); }

EXPORT uint32_t peer_expected(uint32_t crc, uint32_t width, uint32_t height, rnnp_wire_detection_t *detections) {
  return test_expected_detections(crc, width, height, detections);
}

/* Feeds bytes to a frame decoder; every event becomes one byte in events, every good frame is appended to frames. */
EXPORT uint32_t peer_decode_frames(const uint8_t *bytes, uint32_t count, uint32_t max_payload, int8_t *events, uint32_t event_capacity,
                                   uint8_t *frames, uint32_t frame_capacity, uint32_t *frame_bytes) {
  static uint8_t buffer[4096];
  rnnp_frame_decoder_t decoder;
  rnnp_frame_decoder_init(&decoder, buffer, (uint16_t)RNNP_FRAME_BYTES(max_payload));
  uint32_t found = 0;
  *frame_bytes = 0;
  for (uint32_t i = 0; i < count; i++) {
    const enum rnnp_frame_event event = rnnp_frame_decoder_push(&decoder, bytes[i]);
    if (event == RNNP_FRAME_NONE || found == event_capacity) {
      continue;
    }
    events[found++] = (int8_t)event;
    if (event == RNNP_FRAME_READY && decoder.length <= frame_capacity - *frame_bytes) {
      for (uint16_t k = 0; k < decoder.length; k++) {
        frames[(*frame_bytes)++] = buffer[k];
      }
    }
  }
  return found;
}

/* Decodes the row code of pixels in raster order from a position on, into a picture whose earlier pixels are there. */
EXPORT int peer_decode_rows(const uint8_t *code, uint32_t bytes, uint8_t *picture, uint32_t width, uint32_t position, uint32_t pixels) {
  rnnp_row_decoder_t decoder;
  rnnp_row_decoder_init(&decoder, code, bytes);
  while (pixels > 0) {
    const uint32_t row = position / width;
    const uint32_t column = position % width;
    const uint32_t part = pixels < width - column ? pixels : width - column;
    uint8_t *line = picture + row * width;
    if (!rnnp_row_decode(&decoder, line, row > 0 ? line - width : NULL, column, part)) {
      return 0;
    }
    position += part;
    pixels -= part;
  }
  return rnnp_row_decoder_at_end(&decoder);
}
