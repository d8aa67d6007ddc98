/* Shared by the files of the link. */
#ifndef RNNP_LINK_INTERNAL_H
#define RNNP_LINK_INTERNAL_H

#include "rnnp/rnnp_link.h"

/* A message of the host with a valid frame and sequence number. */
typedef struct {
  rnnp_wire_header_t header;
  const uint8_t *payload;
} rnnp_link_message_t;

uint32_t rnnp_link_now(const rnnp_link_t *link);

/* Transmit side. */
void rnnp_link_tx_reset(rnnp_link_t *link);
bool rnnp_link_tx_has_room(const rnnp_link_t *link);

/* Queues a reliable message of a head and more bytes; false when the window is full or no host is connected. */
bool rnnp_link_tx_queue(rnnp_link_t *link, uint8_t type, uint8_t tag, const void *head, size_t head_bytes, const void *more,
                        size_t more_bytes);
void rnnp_link_tx_take_ack(rnnp_link_t *link, const rnnp_wire_header_t *header);
void rnnp_link_tx_reply_status(rnnp_link_t *link, const rnnp_link_message_t *message, enum rnnp_wire_status status, uint32_t detail);

/* Frames and results. */
void rnnp_link_frame_drop(rnnp_link_t *link);
enum rnnp_wire_status rnnp_link_on_frame_begin(rnnp_link_t *link, const rnnp_link_message_t *message);
enum rnnp_wire_status rnnp_link_on_frame_rows(rnnp_link_t *link, const rnnp_link_message_t *message);
enum rnnp_wire_status rnnp_link_on_frame_abort(rnnp_link_t *link, const rnnp_link_message_t *message);
void rnnp_link_queue_result(rnnp_link_t *link);

/* Slots and uploads. */
void rnnp_link_before_erase(void *context);
enum rnnp_wire_status rnnp_link_on_slot_query(rnnp_link_t *link, const rnnp_link_message_t *message);
enum rnnp_wire_status rnnp_link_on_upload_begin(rnnp_link_t *link, const rnnp_link_message_t *message);
enum rnnp_wire_status rnnp_link_on_upload_data(rnnp_link_t *link, const rnnp_link_message_t *message);
enum rnnp_wire_status rnnp_link_on_upload_verify(rnnp_link_t *link, const rnnp_link_message_t *message);
enum rnnp_wire_status rnnp_link_on_activate(rnnp_link_t *link, const rnnp_link_message_t *message);
void rnnp_link_queue_upload_state(rnnp_link_t *link);

#endif
