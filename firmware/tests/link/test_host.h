/* A host for tests: builds frames, feeds them to a test device, and collects what comes back. */
#ifndef TEST_HOST_H
#define TEST_HOST_H

#include <string.h>

#include "check.h"
#include "test_device.h"

typedef struct {
  rnnp_wire_header_t header;
  uint8_t payload[512];
} test_message_t;

typedef struct {
  test_device_t *device;
  rnnp_frame_decoder_t decoder;
  uint8_t buffer[RNNP_FRAME_BYTES(512u)];
  uint8_t session;
  uint8_t seq;
  uint8_t ack;
  uint8_t device_ack; /* last acknowledgement of the device */
  bool nak_seen;
  unsigned count;
  test_message_t messages[64];
} test_host_t;

static inline void host_init(test_host_t *host, test_device_t *device) {
  memset(host, 0, sizeof *host);
  host->device = device;
  rnnp_frame_decoder_init(&host->decoder, host->buffer, sizeof host->buffer);
}

/* Sends one frame without letting the device work. */
static inline void host_put(test_host_t *host, uint8_t type, uint8_t flags, uint8_t seq, const void *payload, size_t length) {
  uint8_t encoded[RNNP_FRAME_ENCODED_MAX(RNNP_LINK_RX_PAYLOAD + 64u)];
  const rnnp_wire_header_t header = {.version = 1,
                                     .type = type,
                                     .flags = flags,
                                     .session = host->session,
                                     .seq = seq,
                                     .ack = host->ack,
                                     .credit = 16,
                                     .tag = 9,
                                     .length = (uint16_t)length};
  const size_t bytes = rnnp_frame_encode(encoded, &header, payload);
  CHECK_EQUAL(rnnp_link_receive_bytes(&host->device->link, encoded, bytes), bytes);
}

/* Lets the device work and takes what it sends; the messages replace those of the last call. */
static inline void host_run(test_host_t *host) {
  host->count = 0;
  host->nak_seen = false;
  for (unsigned round = 0; round < 100; round++) {
    while (rnnp_link_poll(&host->device->link)) {
    }
    uint8_t bytes[4096];
    const size_t count = test_device_take(host->device, bytes, sizeof bytes);
    if (count == 0) {
      return;
    }
    for (size_t i = 0; i < count; i++) {
      const enum rnnp_frame_event event = rnnp_frame_decoder_push(&host->decoder, bytes[i]);
      CHECK(event >= 0);
      if (event != RNNP_FRAME_READY) {
        continue;
      }
      CHECK(host->count < 64);
      test_message_t *message = &host->messages[host->count++];
      memcpy(&message->header, host->buffer, sizeof message->header);
      memcpy(message->payload, host->buffer + sizeof message->header, message->header.length);
      host->device_ack = message->header.ack;
      host->nak_seen = host->nak_seen || (message->header.flags & RNNP_FLAG_NAK) != 0;
      if ((message->header.flags & RNNP_FLAG_RELIABLE) != 0 && message->header.seq == host->ack) {
        host->ack++;
        host_put(host, RNNP_MSG_ACK, 0, 0, NULL, 0);
      }
    }
  }
}

static inline void host_send(test_host_t *host, uint8_t type, const void *payload, size_t length) {
  host_put(host, type, RNNP_FLAG_RELIABLE, host->seq++, payload, length);
  host_run(host);
}

static inline const test_message_t *host_find(const test_host_t *host, uint8_t type) {
  for (unsigned i = 0; i < host->count; i++) {
    if (host->messages[i].header.type == type) {
      return &host->messages[i];
    }
  }
  return NULL;
}

/* Makes the handshake; returns the version that the device chose. */
static inline uint8_t host_connect(test_host_t *host, uint32_t nonce, uint8_t version_min, uint8_t version_max) {
  const rnnp_wire_reset_t reset = {
    .magic = RNNP_LINK_MAGIC, .nonce = nonce, .version_min = version_min, .version_max = version_max, .max_payload = 512};
  host->session = (uint8_t)nonce;
  host->seq = 0;
  host->ack = 0;
  host_put(host, RNNP_MSG_RESET, 0, 0, &reset, sizeof reset);
  host_run(host);
  rnnp_wire_hello_t hello;
  for (unsigned i = 0; i < host->count; i++) {
    memcpy(&hello, host->messages[i].payload, sizeof hello);
    if (host->messages[i].header.type == RNNP_MSG_HELLO && hello.nonce == nonce) {
      return hello.version;
    }
  }
  return 0xFF;
}

#endif
