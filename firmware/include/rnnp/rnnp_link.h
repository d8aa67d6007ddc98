/* The link to the host: framing, session, row bands, results, model upload. docs/protocol.md describes the wire.

   One rnnp_link_t belongs to one serial line. rnnp_link_receive may be called from an interrupt; everything else is called
   from one thread. No function blocks, allocates or recurses. All bytes that come from the host are untrusted:

   1. Nothing is read beyond what the frame decoder counted, and nothing is decoded before its CRC held.
   2. Lengths, ids, offsets, rows and columns are checked against their ranges before they index anything.
   3. A frame of another session, of another version or out of sequence changes no state but counters. */
#ifndef RNNP_LINK_H
#define RNNP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rnnp/rnnp_frame_codec.h"
#include "rnnp/rnnp_link_config.h"
#include "rnnp/rnnp_link_wire.h"
#include "rnnp/rnnp_row_code.h"
#include "rnnp/rnnp_slot_store.h"

#ifdef __cplusplus
#include <atomic>
typedef std::atomic<unsigned> rnnp_atomic_t; /* GCC and Clang lay it out as C's */
#else
#include <stdatomic.h>
typedef atomic_uint rnnp_atomic_t;
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What the board provides. */
typedef struct {
  void *context;

  /* Accepts as many bytes as fit without waiting and returns their number. */
  size_t (*write)(void *context, const uint8_t *bytes, size_t count);

  /* Milliseconds since an arbitrary moment; wraps around. */
  uint32_t (*now_ms)(void *context);
} rnnp_link_port_t;

/* What the firmware does with messages. Each is called from rnnp_link_poll. While one of them computes for long it must call
   rnnp_link_attend now and then (at least every 50 ms), so that heartbeats and acknowledgements go out and RESET and REBOOT are
   heard. When that returns false the handler returns as soon as it can; its outcome is not used. */
typedef struct {
  void *context;

  /* A frame begins. Any status but RNNP_STATUS_OK refuses it and is reported to the host. */
  enum rnnp_wire_status (*frame_begin)(void *context, const rnnp_wire_frame_begin_t *begin);

  /* The next row of the frame, top to bottom; the pixels are only valid during the call. The call for the last row (or
     something later) sends the result with rnnp_link_send_result. */
  enum rnnp_wire_status (*frame_row)(void *context, uint16_t frame, uint16_t row, const uint8_t *pixels);

  /* The frame will not be completed: aborted, replaced, or the host has disconnected. */
  void (*frame_abort)(void *context, uint16_t frame);

  /* Fills name, input size and arena of the model in a slot (size and SHA-256 too where the slot is
     RNNP_SLOT_BUILT_IN); leaves zeros for unknown fields. */
  void (*describe)(void *context, uint8_t slot, rnnp_wire_slot_info_t *info);

  /* Decides whether the stored bytes are a model that this firmware can run. NULL: every model. */
  enum rnnp_wire_status (*check_model)(void *context, uint8_t slot, uint32_t size);

  /* Makes the engine use the model of a slot from the next frame on. NULL: at the next start. */
  enum rnnp_wire_status (*activate)(void *context, uint8_t slot);

  /* Restarts the board. NULL: it cannot. */
  void (*reboot)(void *context);
} rnnp_link_handlers_t;

/* Who the device is. */
typedef struct {
  const char *board;
  uint32_t clock_hz;
  uint16_t firmware_version[3];
  uint8_t build_hash[8];
  uint8_t device_id[12];
  uint8_t boot_reason; /* enum rnnp_boot_reason */
  bool has_built_in_model;
  uint32_t work_limit;            /* most multiply-accumulates of a model; 0: no limit */
  const rnnp_wire_fault_t *fault; /* that ended the last run, or null */
} rnnp_link_identity_t;

/* The result of a frame. The detections must stay as they are until the next frame_begin. */
typedef struct {
  uint16_t frame;
  enum rnnp_wire_status status;
  uint16_t total;
  const rnnp_wire_detection_t *detections;
  uint32_t ticks_hz;
  uint64_t ticks;
  uint32_t arena_bytes;
  uint32_t stack_bytes;
} rnnp_link_result_t;

typedef struct {
  uint16_t length;
  uint8_t type;
  uint8_t tag;
  uint8_t payload[RNNP_LINK_TX_PAYLOAD];
} rnnp_link_tx_slot_t;

/* The members are private to the link. */
typedef struct {
  const rnnp_link_port_t *port;
  const rnnp_link_handlers_t *handlers;
  const rnnp_link_identity_t *identity;
  rnnp_slot_store_t *store;
  rnnp_wire_stats_t stats;

  rnnp_atomic_t ring_head; /* written by rnnp_link_receive only */
  rnnp_atomic_t ring_tail; /* written by rnnp_link_poll only */
  rnnp_atomic_t overruns;
  unsigned ahead;       /* up to where rnnp_link_attend has read, */
  unsigned ahead_frame; /* and where the frame there begins */
  rnnp_frame_decoder_t decoder;

  uint32_t nonce;
  uint32_t last_rx_ms;
  uint32_t last_tx_ms;
  uint32_t last_announce_ms;
  bool connected;
  bool hello_pending;
  bool ack_pending;
  bool nak_pending;
  bool upload_state_pending;
  bool announced;
  uint8_t rx_expected;

  uint8_t tx_base;   /* oldest sequence number that is not acknowledged */
  uint8_t tx_cursor; /* next to send */
  uint8_t tx_sent;   /* one past the highest ever sent */
  uint8_t tx_next;   /* one past the highest queued */
  uint8_t peer_credit;
  uint16_t peer_payload;
  uint16_t tx_limit; /* payload size for results; small while the line is bad */
  uint32_t tx_timer_ms;
  uint32_t rto_ms;
  uint32_t last_go_back_ms;

  bool frame_active;
  uint8_t frame_tag;
  uint16_t frame;
  uint16_t frame_width;
  uint16_t frame_height;
  uint16_t frame_row;
  uint16_t frame_column;
  uint8_t corner; /* of the row above, the pixel left of frame_column */

  bool result_pending;
  uint16_t result_first;
  rnnp_link_result_t result;

  uint8_t upload_slot;
  uint8_t upload_tag;
  uint8_t upload_status;
  uint32_t upload_id;
  uint32_t active_model; /* first bytes of its SHA-256 */
  uint8_t active_slot;

  uint16_t out_length;
  uint16_t out_position;
  rnnp_link_tx_slot_t tx[RNNP_LINK_TX_WINDOW];
  uint8_t out[RNNP_FRAME_ENCODED_MAX(RNNP_LINK_TX_PAYLOAD)];
  uint8_t line[RNNP_LINK_MAX_WIDTH]; /* up to frame_column the row that is being filled, then the one above it */
  uint8_t frame_bytes[RNNP_FRAME_BYTES(RNNP_LINK_RX_PAYLOAD)];
  uint8_t ring[RNNP_LINK_RX_RING];
} rnnp_link_t;

/* Prepares a link; the structs pointed to must outlive it. store may be NULL: the board has no writable slots. */
void rnnp_link_init(rnnp_link_t *link, const rnnp_link_port_t *port, const rnnp_link_handlers_t *handlers,
                    const rnnp_link_identity_t *identity, rnnp_slot_store_t *store);

/* Takes one byte from the line; may be called from an interrupt. False: the ring is full and the byte is lost. */
bool rnnp_link_receive(rnnp_link_t *link, uint8_t byte);

/* The same for several bytes; returns how many were taken. The caller offers the others again, or reports them as lost. */
size_t rnnp_link_receive_bytes(rnnp_link_t *link, const uint8_t *bytes, size_t count);

/* Counts bytes that the line or the board has lost. From the same context as the two functions above. */
void rnnp_link_receive_lost(rnnp_link_t *link, size_t count);

/* Reads the active model from the slots again, after the device itself has changed it. */
void rnnp_link_refresh_model(rnnp_link_t *link);

/* Handles received messages and sends what is due. True: more may be ready at once. */
bool rnnp_link_poll(rnnp_link_t *link);

/* Sends what is due without handling messages. */
void rnnp_link_service(rnnp_link_t *link);

/* For use inside handlers: sends what is due, and reads ahead for REBOOT, which it executes, and for a RESET that begins another
   session. False: there is one; the messages before it have been dropped, and the handler shall return. */
bool rnnp_link_attend(rnnp_link_t *link);

/* Queues the result of a frame. Ignored when the frame is no longer the current one. */
void rnnp_link_send_result(rnnp_link_t *link, const rnnp_link_result_t *result);

/* Sends a log line; false when the window is full or no host is connected. */
bool rnnp_link_log(rnnp_link_t *link, uint8_t level, const char *text);

/* Reports a fault to the host; false when the window is full or no host is connected. */
bool rnnp_link_fault(rnnp_link_t *link, uint8_t fault, const char *text);

/* Announces that the device will be silent for a while (flash erase), and waits until the message is sent (50 ms at most). */
void rnnp_link_announce_busy(rnnp_link_t *link, uint16_t milliseconds);

/* Whether a host is connected. */
bool rnnp_link_connected(const rnnp_link_t *link);

/* The counters, brought up to date. */
const rnnp_wire_stats_t *rnnp_link_stats(rnnp_link_t *link);

#ifdef __cplusplus
}
#endif

#endif
