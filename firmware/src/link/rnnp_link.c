/* Receive side and session. */
#include "rnnp/rnnp_link.h"

#include <string.h>

#include "rnnp_link_internal.h"

_Static_assert((RNNP_LINK_RX_RING & (RNNP_LINK_RX_RING - 1)) == 0, "the ring's size must be a power of two");
_Static_assert(RNNP_LINK_RX_RING >=
                 RNNP_LINK_RX_WINDOW * RNNP_FRAME_ENCODED_MAX(RNNP_LINK_RX_PAYLOAD) + 2 * RNNP_FRAME_ENCODED_MAX(sizeof(rnnp_wire_reset_t)),
               "the ring must hold a window of frames and what ends a computation");
_Static_assert(RNNP_LINK_RX_WINDOW >= 1 && RNNP_LINK_RX_WINDOW <= 16, "sequence numbers are compared modulo 256");
_Static_assert(sizeof(rnnp_link_t) <= 6144 || RNNP_LINK_RX_RING > 2048 || RNNP_LINK_MAX_WIDTH > 320,
               "6 KiB is what the link may take by default");

void rnnp_link_init(rnnp_link_t *link, const rnnp_link_port_t *port, const rnnp_link_handlers_t *handlers,
                    const rnnp_link_identity_t *identity, rnnp_slot_store_t *store) {
  memset(link, 0, sizeof *link);
  link->port = port;
  link->handlers = handlers;
  link->identity = identity;
  link->store = store;
  if (store != NULL) {
    store->before_erase = rnnp_link_before_erase;
    store->before_erase_context = link;
  }
  rnnp_frame_decoder_init(&link->decoder, link->frame_bytes, sizeof link->frame_bytes);
  rnnp_link_tx_reset(link);
  rnnp_link_refresh_model(link);
  link->hello_pending = true; /* informs a waiting host that the device has started */
}

uint32_t rnnp_link_now(const rnnp_link_t *link) { return link->port->now_ms(link->port->context); }

bool rnnp_link_connected(const rnnp_link_t *link) { return link->connected; }

const rnnp_wire_stats_t *rnnp_link_stats(rnnp_link_t *link) {
  link->stats.uptime_ms = rnnp_link_now(link);
  link->stats.overruns = atomic_load_explicit(&link->overruns, memory_order_relaxed);
  return &link->stats;
}

void rnnp_link_receive_lost(rnnp_link_t *link, size_t count) {
  const unsigned lost = atomic_load_explicit(&link->overruns, memory_order_relaxed);
  atomic_store_explicit(&link->overruns, lost + (unsigned)count, memory_order_relaxed);
}

/* One producer (the interrupt) and one consumer (poll): each index has a single writer. Ports without a buffer pass single bytes. */
size_t rnnp_link_receive_bytes(rnnp_link_t *link, const uint8_t *bytes, size_t count) {
  const unsigned head = atomic_load_explicit(&link->ring_head, memory_order_relaxed);
  const unsigned tail = atomic_load_explicit(&link->ring_tail, memory_order_acquire);
  const size_t room = RNNP_LINK_RX_RING - (head - tail);
  const size_t taken = count < room ? count : room;
  if (taken == 1) {
    link->ring[head % RNNP_LINK_RX_RING] = *bytes;
  } else {
    const size_t to_end = RNNP_LINK_RX_RING - head % RNNP_LINK_RX_RING;
    const size_t first = taken < to_end ? taken : to_end;
    memcpy(link->ring + head % RNNP_LINK_RX_RING, bytes, first);
    memcpy(link->ring, bytes + first, taken - first);
  }
  atomic_store_explicit(&link->ring_head, head + (unsigned)taken, memory_order_release);
  return taken;
}

bool rnnp_link_receive(rnnp_link_t *link, uint8_t byte) {
  const bool taken = rnnp_link_receive_bytes(link, &byte, 1) == 1;
  if (!taken) {
    rnnp_link_receive_lost(link, 1);
  }
  return taken;
}

/* Decodes up to the end of the next frame. */
static enum rnnp_frame_event next_event(rnnp_link_t *link) {
  unsigned tail = atomic_load_explicit(&link->ring_tail, memory_order_relaxed);
  const unsigned head = atomic_load_explicit(&link->ring_head, memory_order_acquire);
  enum rnnp_frame_event event = RNNP_FRAME_NONE;
  while (tail != head && event == RNNP_FRAME_NONE) {
    const unsigned start = tail % RNNP_LINK_RX_RING;
    const unsigned waiting = head - tail;
    const unsigned to_end = RNNP_LINK_RX_RING - start;
    tail += (unsigned)rnnp_frame_decoder_take(&link->decoder, link->ring + start, waiting < to_end ? waiting : to_end, &event);
  }
  atomic_store_explicit(&link->ring_tail, tail, memory_order_release);
  return event;
}

static void disconnect(rnnp_link_t *link) {
  rnnp_link_frame_drop(link);
  link->connected = false;
  link->hello_pending = false;
  link->upload_state_pending = false;
  link->nonce = 0;
  rnnp_link_tx_reset(link);
}

/* RESET and HELLO keep their layout in every version of the protocol, and may grow at the end. Returns the counter of what is wrong. */
static uint32_t *read_reset(rnnp_link_t *link, const rnnp_link_message_t *message, rnnp_wire_reset_t *reset) {
  if (message->header.length < sizeof *reset) {
    return &link->stats.length_errors;
  }
  memcpy(reset, message->payload, sizeof *reset);
  if (reset->magic != RNNP_LINK_MAGIC || (reset->nonce & 0xFFu) == 0 || message->header.session != (reset->nonce & 0xFFu)) {
    return &link->stats.stale_frames;
  }
  return reset->max_payload < RNNP_LINK_HOST_PAYLOAD_MIN ? &link->stats.length_errors : NULL;
}

static void on_reset(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_reset_t reset;
  uint32_t *wrong = read_reset(link, message, &reset);
  if (wrong != NULL) {
    ++*wrong;
    return;
  }
  const bool compatible =
    reset.version_min <= RNNP_LINK_VERSION_MAX && reset.version_max >= RNNP_LINK_VERSION_MIN && reset.version_min <= reset.version_max;
  if (link->connected && link->nonce == reset.nonce) {
    link->hello_pending = true; /* the answer was lost, or this is a repetition */
    return;
  }
  disconnect(link);
  link->stats.resets++;
  link->nonce = reset.nonce;
  link->connected = compatible;
  link->rx_expected = 0;
  link->peer_payload = reset.max_payload;
  link->hello_pending = true;
  link->announced = false;
}

static void reply_stats(rnnp_link_t *link, const rnnp_link_message_t *message) {
  const rnnp_wire_stats_t *stats = rnnp_link_stats(link);
  (void)rnnp_link_tx_queue(link, RNNP_MSG_STATS, message->header.tag, stats, sizeof *stats, NULL, 0);
}

static enum rnnp_wire_status on_reboot(rnnp_link_t *link, const rnnp_link_message_t *message) {
  if (message->header.length != 0) {
    return RNNP_STATUS_BAD_LENGTH;
  }
  if (link->handlers->reboot == NULL) {
    return RNNP_STATUS_UNKNOWN_TYPE;
  }
  link->handlers->reboot(link->handlers->context);
  return RNNP_STATUS_OK;
}

/* Handlers return OK when they have answered or when no answer is due. */
static void dispatch(rnnp_link_t *link, const rnnp_link_message_t *message) {
  enum rnnp_wire_status status = RNNP_STATUS_OK;
  switch (message->header.type) {
    case RNNP_MSG_SLOT_QUERY:
      status = rnnp_link_on_slot_query(link, message);
      break;
    case RNNP_MSG_STATS_QUERY:
      if (message->header.length == 0) {
        reply_stats(link, message);
      } else {
        status = RNNP_STATUS_BAD_LENGTH;
      }
      break;
    case RNNP_MSG_FRAME_BEGIN:
      status = rnnp_link_on_frame_begin(link, message);
      break;
    case RNNP_MSG_FRAME_ROWS:
      status = rnnp_link_on_frame_rows(link, message);
      break;
    case RNNP_MSG_FRAME_ABORT:
      status = rnnp_link_on_frame_abort(link, message);
      break;
    case RNNP_MSG_UPLOAD_BEGIN:
      status = rnnp_link_on_upload_begin(link, message);
      break;
    case RNNP_MSG_UPLOAD_DATA:
      status = rnnp_link_on_upload_data(link, message);
      break;
    case RNNP_MSG_UPLOAD_VERIFY:
      status = rnnp_link_on_upload_verify(link, message);
      break;
    case RNNP_MSG_ACTIVATE:
      status = rnnp_link_on_activate(link, message);
      break;
    case RNNP_MSG_REBOOT:
      status = on_reboot(link, message);
      break;
    default:
      status = RNNP_STATUS_UNKNOWN_TYPE;
      break;
  }
  if (status != RNNP_STATUS_OK && link->connected) {
    rnnp_link_tx_reply_status(link, message, status, 0);
  }
}

static void read_message(const uint8_t *frame, rnnp_link_message_t *message) {
  memcpy(&message->header, frame, sizeof message->header);
  message->payload = frame + sizeof message->header;
}

/* A reliable frame in sequence is acknowledged before its handler runs, because the handler may take long. */
static void take_reliable(rnnp_link_t *link, const rnnp_link_message_t *message) {
  link->rx_expected++;
  link->ack_pending = true;
  dispatch(link, message);
}

/* Whether an answer to the message needs room in the transmit window at once. Results and states of uploads wait for it. */
static bool needs_room(uint8_t type) {
  return type != RNNP_MSG_FRAME_BEGIN && type != RNNP_MSG_FRAME_ROWS && type != RNNP_MSG_FRAME_ABORT && type != RNNP_MSG_UPLOAD_BEGIN &&
         type != RNNP_MSG_UPLOAD_DATA;
}

static void on_reliable(rnnp_link_t *link, const rnnp_link_message_t *message) {
  const uint8_t ahead = (uint8_t)(message->header.seq - link->rx_expected);
  if (ahead == 0) {
    if (rnnp_link_tx_has_room(link) || !needs_room(message->header.type)) {
      take_reliable(link, message);
    } else {
      link->nak_pending = true; /* ask for it again */
    }
  } else if (ahead < 0x80u) {
    link->stats.sequence_gaps++;
    link->nak_pending = true;
  } else {
    link->stats.duplicates++;
    link->ack_pending = true;
  }
}

static void on_frame(rnnp_link_t *link) {
  rnnp_link_message_t message;
  read_message(link->frame_bytes, &message);
  link->stats.rx_frames++;
  if (message.header.type == RNNP_MSG_RESET) {
    link->last_rx_ms = rnnp_link_now(link);
    on_reset(link, &message);
    return;
  }
  if (!link->connected) {
    link->stats.stale_frames++;
    link->hello_pending = true; /* the session that the host uses has ended */
    return;
  }
  if (message.header.version != RNNP_LINK_VERSION_MAX || message.header.session != (uint8_t)link->nonce) {
    link->stats.stale_frames++;
    return;
  }
  link->last_rx_ms = rnnp_link_now(link);
  rnnp_link_tx_take_ack(link, &message.header);
  if ((message.header.flags & RNNP_FLAG_RELIABLE) != 0) {
    on_reliable(link, &message);
  } else if (message.header.type == RNNP_MSG_CLOSE) {
    disconnect(link);
  }
}

#define URGENT_PAYLOAD sizeof(rnnp_wire_reset_t)

/* Decodes the bytes from `at` to `end` of the ring; true when they are a frame that fits the buffer. */
static bool decode_ahead(const rnnp_link_t *link, unsigned at, unsigned end, uint8_t frame[RNNP_FRAME_BYTES(URGENT_PAYLOAD)]) {
  rnnp_frame_decoder_t decoder;
  enum rnnp_frame_event event = RNNP_FRAME_NONE;
  rnnp_frame_decoder_init(&decoder, frame, RNNP_FRAME_BYTES(URGENT_PAYLOAD));
  while (at != end) {
    event = rnnp_frame_decoder_push(&decoder, link->ring[at++ % RNNP_LINK_RX_RING]);
  }
  return event == RNNP_FRAME_READY;
}

/* Whether a frame begins another session. Executes REBOOT. */
static bool is_urgent(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_reset_t reset;
  if (message->header.type == RNNP_MSG_RESET) {
    return read_reset(link, message, &reset) == NULL && !(link->connected && reset.nonce == link->nonce);
  }
  const uint8_t ahead = (uint8_t)(message->header.seq - link->rx_expected);
  if (message->header.type == RNNP_MSG_REBOOT && link->connected && message->header.version == RNNP_LINK_VERSION_MAX &&
      message->header.session == (uint8_t)link->nonce && ahead < RNNP_LINK_RX_WINDOW) {
    (void)on_reboot(link, message);
  }
  return false;
}

/*
 * While a handler runs, the ring's tail lies between two frames, and nothing else moves it. A ring without room for another frame
 * would keep a RESET out. That only happens after a repetition, and then the host sends everything in the ring once more.
 */
__attribute__((noinline)) static bool is_interrupted(rnnp_link_t *link) {
  const unsigned tail = atomic_load_explicit(&link->ring_tail, memory_order_relaxed);
  const unsigned head = atomic_load_explicit(&link->ring_head, memory_order_acquire);
  if (link->ahead - tail > head - tail) {
    link->ahead = tail;
    link->ahead_frame = tail;
  }
  while (link->ahead != head) {
    if (link->ring[link->ahead++ % RNNP_LINK_RX_RING] != 0) {
      continue;
    }
    uint8_t frame[RNNP_FRAME_BYTES(URGENT_PAYLOAD)];
    rnnp_link_message_t message;
    const unsigned start = link->ahead_frame;
    link->ahead_frame = link->ahead;
    if (link->ahead - start <= RNNP_FRAME_ENCODED_MAX(URGENT_PAYLOAD) && decode_ahead(link, start, link->ahead, frame)) {
      read_message(frame, &message);
      if (is_urgent(link, &message)) {
        atomic_store_explicit(&link->ring_tail, start, memory_order_release);
        link->ahead = start;
        link->ahead_frame = start;
        return true;
      }
    }
  }
  const unsigned lost = atomic_load_explicit(&link->overruns, memory_order_relaxed);
  if (lost != link->stats.overruns && RNNP_LINK_RX_RING - (head - tail) < RNNP_FRAME_ENCODED_MAX(URGENT_PAYLOAD)) {
    link->stats.overruns = lost;
    atomic_store_explicit(&link->ring_tail, head, memory_order_release);
    link->nak_pending = link->connected;
  }
  return false;
}

bool rnnp_link_attend(rnnp_link_t *link) {
  rnnp_link_service(link);
  return !is_interrupted(link);
}

static void count_error(rnnp_link_t *link, enum rnnp_frame_event event) {
  if (event == RNNP_FRAME_CRC_ERROR) {
    link->stats.crc_errors++;
  } else if (event == RNNP_FRAME_COBS_ERROR) {
    link->stats.cobs_errors++;
  } else {
    link->stats.length_errors++;
  }
  link->nak_pending = link->connected;
}

bool rnnp_link_poll(rnnp_link_t *link) {
  rnnp_link_service(link);
  for (unsigned i = 0; i < RNNP_LINK_RX_WINDOW; i++) {
    const enum rnnp_frame_event event = next_event(link);
    if (event == RNNP_FRAME_NONE) {
      if (link->connected && rnnp_link_now(link) - link->last_rx_ms >= RNNP_LINK_PEER_TIMEOUT_MS) {
        link->stats.peer_timeouts++;
        disconnect(link);
      }
      return false;
    }
    if (event == RNNP_FRAME_READY) {
      on_frame(link);
    } else {
      count_error(link, event);
    }
    rnnp_link_service(link);
  }
  return true;
}
