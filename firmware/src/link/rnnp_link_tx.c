/* Transmit side: the window of reliable messages, acknowledgements, heartbeats. */
#include <string.h>

#include "rnnp_link_internal.h"

#define TX_LIMIT_MIN 92u /* a result with 5 detections */
#define TX_LIMIT_STEP 12u
#define ANNOUNCE_MS 100u
#define HOST_CREDIT_AT_START 1u

_Static_assert(RNNP_LINK_TX_PAYLOAD >= sizeof(rnnp_wire_hello_t), "the handshake must fit");
_Static_assert(RNNP_LINK_TX_PAYLOAD >= TX_LIMIT_MIN, "results are sent in parts of this size at least");
_Static_assert(RNNP_LINK_TX_WINDOW >= 1 && RNNP_LINK_TX_WINDOW <= 16, "sequence numbers are compared modulo 256");

static void flush(rnnp_link_t *link) {
  while (link->out_position < link->out_length) {
    const size_t left = (size_t)(link->out_length - link->out_position);
    const size_t sent = link->port->write(link->port->context, link->out + link->out_position, left);
    if (sent == 0) {
      return;
    }
    link->out_position = (uint16_t)(link->out_position + (sent < left ? sent : left));
  }
  link->out_length = 0;
  link->out_position = 0;
}

static bool out_busy(const rnnp_link_t *link) { return link->out_length != 0; }

/* Encodes one frame into the output buffer, which must be free. Every frame carries the acknowledgement. */
static void emit(rnnp_link_t *link, uint8_t type, uint8_t flags, uint8_t seq, uint8_t tag, const uint8_t *payload, uint16_t length) {
  rnnp_wire_header_t header = {
    .version = RNNP_LINK_VERSION_MAX,
    .type = type,
    .flags = (uint8_t)(flags | (link->nak_pending ? RNNP_FLAG_NAK : 0)),
    .session = (uint8_t)link->nonce,
    .seq = seq,
    .ack = link->rx_expected,
    .credit = RNNP_LINK_RX_WINDOW,
    .tag = tag,
    .length = length,
  };
  link->out_length = (uint16_t)rnnp_frame_encode(link->out, &header, payload);
  link->out_position = 0;
  link->ack_pending = false;
  link->nak_pending = false;
  link->last_tx_ms = rnnp_link_now(link);
  link->stats.tx_frames++;
  flush(link);
}

static void emit_hello(rnnp_link_t *link) {
  const rnnp_link_identity_t *identity = link->identity;
  rnnp_wire_hello_t hello;
  memset(&hello, 0, sizeof hello);
  hello.magic = RNNP_LINK_MAGIC;
  hello.nonce = link->nonce;
  hello.version_min = RNNP_LINK_VERSION_MIN;
  hello.version_max = RNNP_LINK_VERSION_MAX;
  hello.version = link->connected ? RNNP_LINK_VERSION_MAX : 0;
  hello.boot_reason = identity->boot_reason;
  hello.max_payload = RNNP_LINK_RX_PAYLOAD;
  hello.window = RNNP_LINK_RX_WINDOW;
  hello.slot_count = link->store != NULL ? RNNP_SLOT_COUNT : 0;
  hello.active_slot = link->active_slot;
  hello.capabilities =
    (uint8_t)(RNNP_CAP_ROW_CODE | (link->store != NULL ? RNNP_CAP_UPLOAD : 0) | (link->handlers->reboot != NULL ? RNNP_CAP_REBOOT : 0));
  hello.max_width = RNNP_LINK_MAX_WIDTH;
  hello.clock_hz = identity->clock_hz;
  hello.slot_bytes = link->store != NULL ? link->store->storage->slot_bytes : 0;
  memcpy(hello.firmware_version, identity->firmware_version, sizeof hello.firmware_version);
  memcpy(hello.build_hash, identity->build_hash, sizeof hello.build_hash);
  memcpy(hello.device_id, identity->device_id, sizeof hello.device_id);
  for (size_t i = 0; i + 1 < sizeof hello.board && identity->board[i] != '\0'; i++) {
    hello.board[i] = identity->board[i];
  }
  hello.work_limit = identity->work_limit;
  if (identity->fault != NULL) {
    hello.fault = *identity->fault;
  }
  link->hello_pending = false;
  emit(link, RNNP_MSG_HELLO, 0, 0, 0, (const uint8_t *)&hello, sizeof hello);
}

static void emit_heartbeat(rnnp_link_t *link, uint16_t busy_ms) {
  rnnp_wire_heartbeat_t beat = {.uptime_ms = rnnp_link_now(link), .busy_ms = busy_ms};
  emit(link, RNNP_MSG_HEARTBEAT, 0, 0, 0, (const uint8_t *)&beat, sizeof beat);
}

void rnnp_link_tx_reset(rnnp_link_t *link) {
  link->tx_base = 0;
  link->tx_cursor = 0;
  link->tx_sent = 0;
  link->tx_next = 0;
  link->peer_credit = HOST_CREDIT_AT_START;
  link->tx_limit = RNNP_LINK_TX_PAYLOAD;
  link->rto_ms = RNNP_LINK_RETRANSMIT_MS;
  link->ack_pending = false;
  link->nak_pending = false;
}

bool rnnp_link_tx_has_room(const rnnp_link_t *link) { return (uint8_t)(link->tx_next - link->tx_base) < RNNP_LINK_TX_WINDOW; }

bool rnnp_link_tx_queue(rnnp_link_t *link, uint8_t type, uint8_t tag, const void *head, size_t head_bytes, const void *more,
                        size_t more_bytes) {
  if (!link->connected || !rnnp_link_tx_has_room(link) || head_bytes + more_bytes > link->peer_payload ||
      head_bytes + more_bytes > RNNP_LINK_TX_PAYLOAD) {
    return false;
  }
  rnnp_link_tx_slot_t *slot = &link->tx[link->tx_next % RNNP_LINK_TX_WINDOW];
  slot->type = type;
  slot->tag = tag;
  slot->length = (uint16_t)(head_bytes + more_bytes);
  memcpy(slot->payload, head, head_bytes);
  if (more_bytes > 0) {
    memcpy(slot->payload + head_bytes, more, more_bytes);
  }
  link->tx_next++;
  return true;
}

void rnnp_link_tx_reply_status(rnnp_link_t *link, const rnnp_link_message_t *message, enum rnnp_wire_status status, uint32_t detail) {
  const rnnp_wire_status_reply_t reply = {.request = message->header.type, .status = (uint8_t)status, .detail = detail};
  (void)rnnp_link_tx_queue(link, RNNP_MSG_STATUS, message->header.tag, &reply, sizeof reply, NULL, 0);
}

static void shrink_limit(rnnp_link_t *link) {
  link->tx_limit = link->tx_limit / 2u > TX_LIMIT_MIN ? (uint16_t)(link->tx_limit / 2u) : TX_LIMIT_MIN;
}

static void go_back(rnnp_link_t *link, uint32_t now) {
  link->tx_cursor = link->tx_base;
  link->last_go_back_ms = now;
  shrink_limit(link);
}

void rnnp_link_tx_take_ack(rnnp_link_t *link, const rnnp_wire_header_t *header) {
  const uint32_t now = rnnp_link_now(link);
  const uint8_t acked = (uint8_t)(header->ack - link->tx_base);
  const uint8_t in_flight = (uint8_t)(link->tx_sent - link->tx_base);
  if (acked > in_flight) {
    return; /* acknowledges what was never sent */
  }
  link->peer_credit = header->credit;
  if (acked > 0) {
    if ((uint8_t)(link->tx_cursor - link->tx_base) < acked) {
      link->tx_cursor = header->ack;
    }
    link->tx_base = header->ack;
    link->rto_ms = RNNP_LINK_RETRANSMIT_MS;
    link->tx_timer_ms = now;
    if (link->tx_limit + TX_LIMIT_STEP <= RNNP_LINK_TX_PAYLOAD) {
      link->tx_limit = (uint16_t)(link->tx_limit + TX_LIMIT_STEP);
    }
  }
  if ((header->flags & RNNP_FLAG_NAK) != 0 && link->tx_sent != link->tx_base && now - link->last_go_back_ms >= RNNP_LINK_NAK_HOLDOFF_MS) {
    go_back(link, now);
  }
}

static void check_timer(rnnp_link_t *link, uint32_t now) {
  if (link->tx_cursor == link->tx_base || now - link->tx_timer_ms < link->rto_ms) {
    return;
  }
  go_back(link, now);
  link->tx_timer_ms = now;
  link->rto_ms = link->rto_ms * 2u < RNNP_LINK_RETRANSMIT_MAX_MS ? link->rto_ms * 2u : RNNP_LINK_RETRANSMIT_MAX_MS;
}

/* Sends the next reliable message, if the window and the host's credit allow one. */
static bool emit_next(rnnp_link_t *link, uint32_t now) {
  const uint8_t ahead = (uint8_t)(link->tx_cursor - link->tx_base);
  if (link->tx_cursor == link->tx_next || ahead >= link->peer_credit) {
    return false;
  }
  const uint8_t seq = link->tx_cursor;
  const rnnp_link_tx_slot_t *slot = &link->tx[seq % RNNP_LINK_TX_WINDOW];
  if (ahead == 0) {
    link->tx_timer_ms = now;
  }
  link->tx_cursor++;
  if ((uint8_t)(link->tx_cursor - link->tx_base) > (uint8_t)(link->tx_sent - link->tx_base)) {
    link->tx_sent = link->tx_cursor;
  } else {
    link->stats.retransmissions++;
  }
  emit(link, slot->type, RNNP_FLAG_RELIABLE, seq, slot->tag, slot->payload, slot->length);
  return true;
}

void rnnp_link_service(rnnp_link_t *link) {
  flush(link);
  const uint32_t now = rnnp_link_now(link);
  if (!link->connected) {
    if (link->hello_pending && !out_busy(link) && (!link->announced || now - link->last_announce_ms >= ANNOUNCE_MS)) {
      link->announced = true;
      link->last_announce_ms = now;
      emit_hello(link);
    }
    return;
  }
  rnnp_link_queue_upload_state(link);
  rnnp_link_queue_result(link);
  check_timer(link, now);
  if (link->hello_pending && !out_busy(link)) {
    emit_hello(link);
  }
  while (!out_busy(link) && emit_next(link, now)) {
  }
  if (out_busy(link)) {
    return;
  }
  if (link->ack_pending || link->nak_pending) {
    emit(link, RNNP_MSG_ACK, 0, 0, 0, NULL, 0);
  } else if (now - link->last_tx_ms >= RNNP_LINK_HEARTBEAT_MS) {
    emit_heartbeat(link, 0);
  }
}

void rnnp_link_announce_busy(rnnp_link_t *link, uint16_t milliseconds) {
  const uint32_t start = rnnp_link_now(link);
  bool sent = !link->connected;
  for (;;) {
    flush(link);
    if (!out_busy(link)) {
      if (sent) {
        return;
      }
      emit_heartbeat(link, milliseconds);
      sent = true;
    } else if (rnnp_link_now(link) - start >= 50u) {
      return;
    }
  }
}

static bool queue_event(rnnp_link_t *link, uint8_t type, uint8_t level, const char *text) {
  rnnp_wire_event_t event = {.uptime_ms = rnnp_link_now(link), .level = level};
  size_t length = 0;
  while (length < RNNP_LINK_TX_PAYLOAD - sizeof event && length < 128u && text[length] != '\0') {
    length++;
  }
  if (!rnnp_link_tx_queue(link, type, 0, &event, sizeof event, text, length)) {
    link->stats.events_dropped++;
    return false;
  }
  return true;
}

bool rnnp_link_log(rnnp_link_t *link, uint8_t level, const char *text) { return queue_event(link, RNNP_MSG_LOG, level, text); }

bool rnnp_link_fault(rnnp_link_t *link, uint8_t fault, const char *text) { return queue_event(link, RNNP_MSG_FAULT, fault, text); }
