/* Frames, which arrive as bands of rows, and their results. */
#include <string.h>

#include "rnnp_link_internal.h"

#define DETECTION_BYTES sizeof(rnnp_wire_detection_t)

_Static_assert(RNNP_LINK_RX_PAYLOAD >= sizeof(rnnp_wire_frame_rows_t) + 32u, "rows need room for pixels");

void rnnp_link_frame_drop(rnnp_link_t *link) {
  link->result_pending = false;
  if (!link->frame_active) {
    return;
  }
  link->frame_active = false;
  link->stats.frames_aborted++;
  if (link->handlers->frame_abort != NULL) {
    link->handlers->frame_abort(link->handlers->context, link->frame);
  }
}

/* The engine may have sent the result already, in which case the frame is over. */
static void fail_frame(rnnp_link_t *link, enum rnnp_wire_status status) {
  const uint16_t frame = link->frame;
  const rnnp_link_result_t failure = {.frame = frame, .status = status};
  rnnp_link_frame_drop(link);
  link->result = failure;
  link->result_first = 0;
  link->result_pending = true;
}

enum rnnp_wire_status rnnp_link_on_frame_begin(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_frame_begin_t begin;
  if (message->header.length != sizeof begin) {
    return RNNP_STATUS_BAD_LENGTH;
  }
  memcpy(&begin, message->payload, sizeof begin);
  rnnp_link_frame_drop(link);
  link->frame = begin.frame;
  link->frame_tag = message->header.tag;
  link->frame_width = begin.width;
  link->frame_height = begin.height;
  link->frame_row = 0;
  link->frame_column = 0;
  enum rnnp_wire_status status = RNNP_STATUS_OK;
  if (begin.width == 0 || begin.height == 0) {
    status = RNNP_STATUS_BAD_VALUE;
  } else if (begin.width > RNNP_LINK_MAX_WIDTH) {
    status = RNNP_STATUS_TOO_LARGE;
  } else if (link->active_slot == RNNP_SLOT_NONE) {
    status = RNNP_STATUS_NO_MODEL;
  } else if (begin.model != 0 && begin.model != link->active_model) {
    status = RNNP_STATUS_WRONG_MODEL;
  } else {
    link->stats.frames_begun++;
    status = link->handlers->frame_begin(link->handlers->context, &begin);
    link->frame_active = status == RNNP_STATUS_OK;
  }
  if (status != RNNP_STATUS_OK) {
    fail_frame(link, status);
  }
  return RNNP_STATUS_OK;
}

/* Passes the complete line to the handler and starts the next one. */
static enum rnnp_wire_status deliver_row(rnnp_link_t *link) {
  const uint16_t row = link->frame_row;
  link->frame_column = 0;
  link->frame_row++;
  return link->handlers->frame_row(link->handlers->context, link->frame, row, link->line);
}

static enum rnnp_wire_status take_pixels(rnnp_link_t *link, const rnnp_wire_frame_rows_t *rows, const uint8_t *data, size_t bytes) {
  rnnp_row_decoder_t decoder;
  rnnp_row_decoder_init(&decoder, data, bytes);
  uint32_t left = rows->pixels;
  while (left > 0) {
    const uint32_t space = (uint32_t)link->frame_width - link->frame_column;
    const uint32_t part = left < space ? left : space;
    const uint8_t corner = link->line[link->frame_column + part - 1u];
    if (rows->encoding == RNNP_ROWS_RAW) {
      memcpy(link->line + link->frame_column, data, part);
      data += part;
    } else if (link->frame_row == 0 ? !rnnp_row_decode(&decoder, link->line, NULL, link->frame_column, part)
                                    : !rnnp_row_decode_over(&decoder, link->line, link->corner, link->frame_column, part)) {
      return RNNP_STATUS_BAD_ROWS;
    }
    link->corner = corner;
    left -= part;
    link->frame_column = (uint16_t)(link->frame_column + part);
    if (link->frame_column == link->frame_width) {
      const enum rnnp_wire_status status = deliver_row(link);
      if (status != RNNP_STATUS_OK || !link->frame_active) {
        return status;
      }
    }
  }
  return rows->encoding == RNNP_ROWS_RAW || rnnp_row_decoder_at_end(&decoder) ? RNNP_STATUS_OK : RNNP_STATUS_BAD_ROWS;
}

static bool rows_fit(const rnnp_link_t *link, const rnnp_wire_frame_rows_t *rows, size_t bytes) {
  const uint32_t position = (uint32_t)rows->row * link->frame_width + rows->column;
  const uint32_t total = (uint32_t)link->frame_width * link->frame_height;
  return rows->row == link->frame_row && rows->column == link->frame_column && rows->pixels > 0 && rows->pixels <= total - position &&
         (rows->encoding == RNNP_ROWS_CODED || (rows->encoding == RNNP_ROWS_RAW && rows->pixels == bytes));
}

/* Rows of a frame that is not the current one are late, after an abort or a failure: they are ignored. */
enum rnnp_wire_status rnnp_link_on_frame_rows(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_frame_rows_t rows;
  if (message->header.length < sizeof rows) {
    link->stats.length_errors++;
    return RNNP_STATUS_OK;
  }
  memcpy(&rows, message->payload, sizeof rows);
  if (!link->frame_active || rows.frame != link->frame) {
    return RNNP_STATUS_OK;
  }
  const size_t bytes = message->header.length - sizeof rows;
  enum rnnp_wire_status status = RNNP_STATUS_BAD_ROWS;
  if (rows_fit(link, &rows, bytes)) {
    status = take_pixels(link, &rows, message->payload + sizeof rows, bytes);
  }
  if (status != RNNP_STATUS_OK) {
    fail_frame(link, status);
  }
  return RNNP_STATUS_OK;
}

enum rnnp_wire_status rnnp_link_on_frame_abort(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_frame_abort_t abort_frame;
  if (message->header.length != sizeof abort_frame) {
    return RNNP_STATUS_BAD_LENGTH;
  }
  memcpy(&abort_frame, message->payload, sizeof abort_frame);
  if (abort_frame.frame == link->frame) {
    rnnp_link_frame_drop(link);
  }
  return RNNP_STATUS_OK;
}

void rnnp_link_send_result(rnnp_link_t *link, const rnnp_link_result_t *result) {
  if (!link->frame_active || result->frame != link->frame) {
    return;
  }
  link->frame_active = false;
  link->result = *result;
  link->result_first = 0;
  link->result_pending = true;
  if (result->status == RNNP_STATUS_OK) {
    link->stats.frames_done++;
    if (link->store != NULL) {
      (void)rnnp_slot_store_confirm(link->store);
    }
  }
}

/* Results are sent in parts, the next one when the window has room. */
void rnnp_link_queue_result(rnnp_link_t *link) {
  while (link->result_pending && rnnp_link_tx_has_room(link)) {
    const rnnp_link_result_t *result = &link->result;
    const size_t fit = (link->tx_limit - sizeof(rnnp_wire_result_t)) / DETECTION_BYTES;
    const uint16_t left = (uint16_t)(result->total - link->result_first);
    const uint16_t count = left < fit ? left : (uint16_t)fit;
    const rnnp_wire_result_t head = {
      .frame = result->frame,
      .status = (uint8_t)result->status,
      .last = count == left,
      .total = result->total,
      .first = link->result_first,
      .count = count,
      .ticks_hz = result->ticks_hz,
      .ticks = result->ticks,
      .arena_bytes = result->arena_bytes,
      .stack_bytes = result->stack_bytes,
    };
    const rnnp_wire_detection_t *detections = count > 0 ? result->detections + link->result_first : NULL;
    if (!rnnp_link_tx_queue(link, RNNP_MSG_RESULT, link->frame_tag, &head, sizeof head, detections, count * DETECTION_BYTES)) {
      return;
    }
    link->result_first = (uint16_t)(link->result_first + count);
    link->result_pending = count != left;
  }
}
