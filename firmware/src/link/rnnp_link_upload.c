/* Model slots: queries, upload, verification, activation. */
#include <string.h>

#include "rnnp_link_internal.h"

static uint32_t first_word(const uint8_t sha256[32]) {
  uint32_t word = 0;
  memcpy(&word, sha256, sizeof word);
  return word;
}

static enum rnnp_wire_status to_wire(enum rnnp_slot_error error) {
  switch (error) {
    case RNNP_SLOT_OK:
      return RNNP_STATUS_OK;
    case RNNP_SLOT_ERR_SLOT:
      return RNNP_STATUS_BAD_SLOT;
    case RNNP_SLOT_ERR_IN_USE:
      return RNNP_STATUS_SLOT_IN_USE;
    case RNNP_SLOT_ERR_SIZE:
      return RNNP_STATUS_TOO_LARGE;
    case RNNP_SLOT_ERR_STATE:
    case RNNP_SLOT_ERR_STOPPED:
      return RNNP_STATUS_NOT_VERIFIED;
    case RNNP_SLOT_ERR_OFFSET:
      return RNNP_STATUS_BAD_VALUE;
    case RNNP_SLOT_ERR_HASH:
      return RNNP_STATUS_HASH_MISMATCH;
    case RNNP_SLOT_ERR_STORAGE:
    case RNNP_SLOT_ERR_CONFIG:
      break;
  }
  return RNNP_STATUS_STORAGE;
}

static void describe(rnnp_link_t *link, uint8_t slot, rnnp_wire_slot_info_t *info) {
  memset(info, 0, sizeof *info);
  if (link->handlers->describe != NULL) {
    link->handlers->describe(link->handlers->context, slot, info);
  }
  info->slot = slot;
}

void rnnp_link_refresh_model(rnnp_link_t *link) {
  link->active_slot = link->identity->has_built_in_model ? RNNP_SLOT_BUILT_IN : RNNP_SLOT_NONE;
  if (link->store != NULL) {
    link->active_slot = link->store->record.active;
  }
  link->active_model = 0;
  if (link->active_slot < RNNP_SLOT_COUNT) {
    link->active_model = first_word(link->store->record.slots[link->active_slot].sha256);
  } else if (link->active_slot == RNNP_SLOT_BUILT_IN) {
    rnnp_wire_slot_info_t info;
    describe(link, RNNP_SLOT_BUILT_IN, &info);
    link->active_model = first_word(info.sha256);
  }
}

void rnnp_link_before_erase(void *context) {
  rnnp_link_t *link = context;
  rnnp_link_announce_busy(link, link->store->storage->erase_ms);
}

static bool is_writable(const rnnp_link_t *link, uint8_t slot) { return link->store != NULL && slot < RNNP_SLOT_COUNT; }

enum rnnp_wire_status rnnp_link_on_slot_query(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_slot_query_t query;
  if (message->header.length != sizeof query) {
    return RNNP_STATUS_BAD_LENGTH;
  }
  memcpy(&query, message->payload, sizeof query);
  const bool built_in = query.slot == RNNP_SLOT_BUILT_IN && link->identity->has_built_in_model;
  if (!built_in && !is_writable(link, query.slot)) {
    return RNNP_STATUS_BAD_SLOT;
  }
  rnnp_wire_slot_info_t info;
  memset(&info, 0, sizeof info);
  if (built_in) {
    describe(link, query.slot, &info);
    info.state = link->active_slot == RNNP_SLOT_BUILT_IN ? RNNP_SLOT_ACTIVE : RNNP_SLOT_VERIFIED;
    info.received = info.size;
  } else {
    const rnnp_slot_entry_t *entry = &link->store->record.slots[query.slot];
    const uint8_t state = rnnp_slot_store_state(link->store, query.slot);
    if (state >= RNNP_SLOT_VERIFIED && state != RNNP_SLOT_FAILED) {
      describe(link, query.slot, &info);
    }
    info.slot = query.slot;
    info.state = state;
    info.size = entry->total;
    info.received = link->store->received[query.slot];
    memcpy(info.sha256, entry->sha256, sizeof info.sha256);
  }
  (void)rnnp_link_tx_queue(link, RNNP_MSG_SLOT_INFO, message->header.tag, &info, sizeof info, NULL, 0);
  return RNNP_STATUS_OK;
}

/* One message may report several changes: only the latest state matters. */
static void tell_upload_state(rnnp_link_t *link, const rnnp_link_message_t *message, uint8_t slot, enum rnnp_wire_status status) {
  link->upload_slot = slot;
  link->upload_status = (uint8_t)status;
  link->upload_tag = message->header.tag;
  link->upload_state_pending = true;
}

void rnnp_link_queue_upload_state(rnnp_link_t *link) {
  if (!link->upload_state_pending || !rnnp_link_tx_has_room(link)) {
    return;
  }
  rnnp_wire_upload_state_t state = {.slot = link->upload_slot, .status = link->upload_status};
  if (is_writable(link, link->upload_slot)) {
    const rnnp_slot_entry_t *entry = &link->store->record.slots[link->upload_slot];
    state.state = rnnp_slot_store_state(link->store, link->upload_slot);
    state.upload = first_word(entry->sha256);
    state.offset = link->store->received[link->upload_slot];
    state.total = entry->total;
  }
  if (rnnp_link_tx_queue(link, RNNP_MSG_UPLOAD_STATE, link->upload_tag, &state, sizeof state, NULL, 0)) {
    link->upload_state_pending = false;
  }
}

enum rnnp_wire_status rnnp_link_on_upload_begin(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_upload_begin_t begin;
  if (message->header.length != sizeof begin) {
    tell_upload_state(link, message, RNNP_SLOT_NONE, RNNP_STATUS_BAD_LENGTH);
    return RNNP_STATUS_OK;
  }
  memcpy(&begin, message->payload, sizeof begin);
  enum rnnp_wire_status status = RNNP_STATUS_BAD_SLOT;
  if (is_writable(link, begin.slot)) {
    status = to_wire(rnnp_slot_store_begin(link->store, begin.slot, begin.total, begin.sha256));
  }
  tell_upload_state(link, message, begin.slot, status);
  return RNNP_STATUS_OK;
}

/* Data for an unexpected offset change nothing. The answer contains the expected offset. */
enum rnnp_wire_status rnnp_link_on_upload_data(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_upload_data_t head;
  if (message->header.length <= sizeof head) {
    tell_upload_state(link, message, RNNP_SLOT_NONE, RNNP_STATUS_BAD_LENGTH);
    return RNNP_STATUS_OK;
  }
  memcpy(&head, message->payload, sizeof head);
  const uint32_t count = (uint32_t)(message->header.length - sizeof head);
  if (!is_writable(link, head.slot)) {
    tell_upload_state(link, message, head.slot, RNNP_STATUS_BAD_SLOT);
    return RNNP_STATUS_OK;
  }
  const rnnp_slot_entry_t *entry = &link->store->record.slots[head.slot];
  enum rnnp_wire_status status = RNNP_STATUS_NOT_STARTED;
  if (entry->state == RNNP_SLOT_VERIFIED && head.upload == first_word(entry->sha256)) {
    status = RNNP_STATUS_OK;
  } else if (entry->state == RNNP_SLOT_RECEIVING && head.upload == first_word(entry->sha256)) {
    if (head.offset != link->store->received[head.slot]) {
      status = (enum rnnp_wire_status)link->upload_status; /* an error is reported until the host begins again */
    } else {
      const uint32_t before = link->store->received[head.slot];
      status = to_wire(rnnp_slot_store_write(link->store, head.slot, head.offset, message->payload + sizeof head, count));
      if (status == RNNP_STATUS_OK) {
        link->stats.bytes_programmed += link->store->received[head.slot] - before;
      }
    }
  }
  tell_upload_state(link, message, head.slot, status);
  return RNNP_STATUS_OK;
}

static enum rnnp_wire_status read_command(const rnnp_link_t *link, const rnnp_link_message_t *message, rnnp_wire_slot_command_t *command) {
  if (message->header.length != sizeof *command) {
    return RNNP_STATUS_BAD_LENGTH;
  }
  memcpy(command, message->payload, sizeof *command);
  if (!is_writable(link, command->slot)) {
    return RNNP_STATUS_BAD_SLOT;
  }
  const rnnp_slot_entry_t *entry = &link->store->record.slots[command->slot];
  if (entry->state == RNNP_SLOT_EMPTY || memcmp(entry->sha256, command->sha256, sizeof entry->sha256) != 0) {
    return RNNP_STATUS_NOT_STARTED;
  }
  return RNNP_STATUS_OK;
}

static bool attend(void *context) { return rnnp_link_attend(context); }

static enum rnnp_wire_status verify(rnnp_link_t *link, uint8_t slot) {
  if (link->store->record.slots[slot].state == RNNP_SLOT_VERIFIED) {
    return RNNP_STATUS_OK;
  }
  enum rnnp_wire_status status = to_wire(rnnp_slot_store_check_hash(link->store, slot, attend, link));
  if (status == RNNP_STATUS_OK && link->handlers->check_model != NULL) {
    status = link->handlers->check_model(link->handlers->context, slot, link->store->record.slots[slot].total);
  }
  if (status == RNNP_STATUS_OK) {
    return to_wire(rnnp_slot_store_mark_verified(link->store, slot));
  }
  if (status == RNNP_STATUS_HASH_MISMATCH || status == RNNP_STATUS_BAD_MODEL || status == RNNP_STATUS_TOO_MUCH_WORK) {
    (void)rnnp_slot_store_discard(link->store, slot);
  }
  return status;
}

enum rnnp_wire_status rnnp_link_on_upload_verify(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_slot_command_t command;
  enum rnnp_wire_status status = read_command(link, message, &command);
  if (status == RNNP_STATUS_OK) {
    status = verify(link, command.slot);
  }
  rnnp_link_tx_reply_status(link, message, status, 0);
  return RNNP_STATUS_OK;
}

enum rnnp_wire_status rnnp_link_on_activate(rnnp_link_t *link, const rnnp_link_message_t *message) {
  rnnp_wire_slot_command_t command;
  enum rnnp_wire_status status = read_command(link, message, &command);
  if (status == RNNP_STATUS_OK) {
    rnnp_link_frame_drop(link);
    status = to_wire(rnnp_slot_store_activate(link->store, command.slot));
  }
  if (status == RNNP_STATUS_OK && link->handlers->activate != NULL) {
    status = link->handlers->activate(link->handlers->context, command.slot);
    if (status != RNNP_STATUS_OK) {
      (void)rnnp_slot_store_fall_back(link->store);
    }
  }
  rnnp_link_refresh_model(link);
  rnnp_link_tx_reply_status(link, message, status, 0);
  return RNNP_STATUS_OK;
}
