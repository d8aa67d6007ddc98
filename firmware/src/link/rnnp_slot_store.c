#include "rnnp/rnnp_slot_store.h"

#include <string.h>

#include "rnnp/rnnp_link_wire.h"
#include "rnnp/rnnp_sha256.h"
#include "rnnp_slot_journal.h"

#define TRIAL_STARTS 1u
#define PROGRESS_BYTES 4096u /* under 10 ms of hashing on a Cortex-M4 */

static bool has_upload(const rnnp_slot_entry_t *entry) { return entry->state == RNNP_SLOT_RECEIVING || entry->state == RNNP_SLOT_VERIFIED; }

static bool is_slot(uint8_t slot) { return slot < RNNP_SLOT_COUNT; }

static bool storage_ok(const rnnp_slot_storage_t *storage) {
  const uint32_t grain = storage->program_bytes;
  return grain >= 1 && grain <= MAX_PROGRAM_BYTES && (grain & (grain - 1)) == 0 && storage->slot_erase_bytes >= grain &&
         storage->slot_erase_bytes % grain == 0 && storage->slot_bytes >= storage->slot_erase_bytes &&
         storage->slot_bytes % storage->slot_erase_bytes == 0 && storage->journal_bytes >= 2 * rnnp_slot_record_bytes(storage);
}

static bool entry_ok(const rnnp_slot_storage_t *storage, const rnnp_slot_entry_t *entry) {
  return (entry->state == RNNP_SLOT_EMPTY || entry->state == RNNP_SLOT_FAILED || has_upload(entry)) &&
         entry->total <= storage->slot_bytes && entry->safe <= entry->total &&
         (entry->state != RNNP_SLOT_VERIFIED || entry->safe == entry->total);
}

/* A record with a good CRC may still come from firmware with other slots. */
static void repair(rnnp_slot_store_t *store) {
  rnnp_slot_record_t *record = &store->record;
  const uint8_t fallback = store->built_in ? RNNP_SLOT_BUILT_IN : RNNP_SLOT_NONE;
  for (uint8_t slot = 0; slot < RNNP_SLOT_COUNT; slot++) {
    if (!entry_ok(store->storage, &record->slots[slot])) {
      memset(&record->slots[slot], 0, sizeof record->slots[slot]);
    }
    store->received[slot] = record->slots[slot].safe;
  }
  if (!is_slot(record->active) || record->slots[record->active].state != RNNP_SLOT_VERIFIED) {
    record->active = fallback;
    record->trial = 0;
  }
  if (!is_slot(record->previous) || record->slots[record->previous].state != RNNP_SLOT_VERIFIED) {
    record->previous = fallback;
  }
}

enum rnnp_slot_error rnnp_slot_store_mount(rnnp_slot_store_t *store, const rnnp_slot_storage_t *storage, bool built_in) {
  memset(store, 0, sizeof *store);
  store->storage = storage;
  store->built_in = built_in;
  if (!storage_ok(storage)) {
    return RNNP_SLOT_ERR_CONFIG;
  }
  bool found = false;
  uint32_t ends[2] = {0, 0};
  for (uint8_t journal = 0; journal < 2; journal++) {
    rnnp_slot_record_t record;
    bool here = false;
    const enum rnnp_slot_error error = rnnp_slot_scan(storage, journal, &record, &here, &ends[journal]);
    if (error != RNNP_SLOT_OK) {
      return error;
    }
    if (here && (!found || record.sequence > store->record.sequence)) {
      store->record = record;
      store->journal = journal;
      store->newest = journal;
      found = true;
    }
  }
  /* Without any record the areas may hold anything: let the first commit erase one. */
  store->journal_next = found ? ends[store->journal] : storage->journal_bytes;
  repair(store);
  if (store->record.trial == 0) {
    return RNNP_SLOT_OK;
  }
  if (store->record.starts_left == 0) {
    return rnnp_slot_store_fall_back(store);
  }
  rnnp_slot_record_t next = store->record;
  next.starts_left--;
  return rnnp_slot_commit(store, &next);
}

enum rnnp_slot_error rnnp_slot_store_begin(rnnp_slot_store_t *store, uint8_t slot, uint32_t total, const uint8_t sha256[32]) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_ERR_SLOT;
  }
  if (total == 0 || total > store->storage->slot_bytes) {
    return RNNP_SLOT_ERR_SIZE;
  }
  const rnnp_slot_entry_t *entry = &store->record.slots[slot];
  if (has_upload(entry) && entry->total == total && memcmp(entry->sha256, sha256, sizeof entry->sha256) == 0) {
    return RNNP_SLOT_OK;
  }
  if (slot == store->record.active || (store->record.trial != 0 && slot == store->record.previous)) {
    return RNNP_SLOT_ERR_IN_USE;
  }
  rnnp_slot_record_t next = store->record;
  rnnp_slot_entry_t *fresh = &next.slots[slot];
  memset(fresh, 0, sizeof *fresh);
  fresh->state = RNNP_SLOT_RECEIVING;
  fresh->total = total;
  memcpy(fresh->sha256, sha256, sizeof fresh->sha256);
  const enum rnnp_slot_error error = rnnp_slot_commit(store, &next);
  if (error == RNNP_SLOT_OK) {
    store->received[slot] = 0;
  }
  return error;
}

/* First erase block that starts in [offset, offset + count), or 0xFFFFFFFF. */
static uint32_t block_start(const rnnp_slot_storage_t *storage, uint32_t offset, uint32_t count) {
  const uint32_t over = offset % storage->slot_erase_bytes;
  const uint32_t start = over == 0 ? offset : offset - over + storage->slot_erase_bytes;
  return start - offset < count ? start : UINT32_MAX;
}

static enum rnnp_slot_error erase_block(rnnp_slot_store_t *store, uint8_t slot, uint32_t start) {
  if (start != store->record.slots[slot].safe) {
    rnnp_slot_record_t next = store->record;
    next.slots[slot].safe = start;
    const enum rnnp_slot_error error = rnnp_slot_commit(store, &next);
    if (error != RNNP_SLOT_OK) {
      return error;
    }
  }
  return rnnp_slot_erase(store, (enum rnnp_storage_area)slot, start) == 0 ? RNNP_SLOT_OK : RNNP_SLOT_ERR_STORAGE;
}

static enum rnnp_slot_error program(rnnp_slot_store_t *store, uint8_t slot, const uint8_t *bytes, uint32_t count) {
  const rnnp_slot_storage_t *storage = store->storage;
  const uint32_t offset = store->received[slot];
  const uint32_t whole = count - count % storage->program_bytes;
  if (whole > 0 && storage->program(storage->context, (enum rnnp_storage_area)slot, offset, bytes, whole) != 0) {
    return RNNP_SLOT_ERR_STORAGE;
  }
  if (whole < count) {
    uint8_t last[MAX_PROGRAM_BYTES];
    memset(last, 0xFF, sizeof last);
    memcpy(last, bytes + whole, count - whole);
    if (storage->program(storage->context, (enum rnnp_storage_area)slot, offset + whole, last, storage->program_bytes) != 0) {
      return RNNP_SLOT_ERR_STORAGE;
    }
  }
  store->received[slot] = offset + count;
  return RNNP_SLOT_OK;
}

/* After a failure the block that was being written is erased again on the next attempt. */
static enum rnnp_slot_error rewind_to_safe(rnnp_slot_store_t *store, uint8_t slot) {
  store->received[slot] = store->record.slots[slot].safe;
  return RNNP_SLOT_ERR_STORAGE;
}

enum rnnp_slot_error rnnp_slot_store_write(rnnp_slot_store_t *store, uint8_t slot, uint32_t offset, const uint8_t *bytes, uint32_t count) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_ERR_SLOT;
  }
  const rnnp_slot_entry_t *entry = &store->record.slots[slot];
  if (entry->state != RNNP_SLOT_RECEIVING) {
    return RNNP_SLOT_ERR_STATE;
  }
  if (offset != store->received[slot] || count > entry->total - offset) {
    return RNNP_SLOT_ERR_OFFSET;
  }
  if (count % store->storage->program_bytes != 0 && offset + count != entry->total) {
    return RNNP_SLOT_ERR_OFFSET;
  }
  while (count > 0) {
    const uint32_t start = block_start(store->storage, store->received[slot], count);
    uint32_t part = count;
    if (start == store->received[slot]) {
      if (erase_block(store, slot, start) != RNNP_SLOT_OK) {
        return rewind_to_safe(store, slot);
      }
      part = part < store->storage->slot_erase_bytes ? part : store->storage->slot_erase_bytes;
    } else if (start != UINT32_MAX) {
      part = start - store->received[slot];
    }
    if (program(store, slot, bytes, part) != RNNP_SLOT_OK) {
      return rewind_to_safe(store, slot);
    }
    bytes += part;
    count -= part;
  }
  return RNNP_SLOT_OK;
}

enum rnnp_slot_error rnnp_slot_store_check_hash(const rnnp_slot_store_t *store, uint8_t slot, bool (*progress)(void *context),
                                                void *context) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_ERR_SLOT;
  }
  const rnnp_slot_storage_t *storage = store->storage;
  const rnnp_slot_entry_t *entry = &store->record.slots[slot];
  if (!has_upload(entry) || store->received[slot] != entry->total) {
    return RNNP_SLOT_ERR_STATE;
  }
  rnnp_sha256_t hash;
  rnnp_sha256_init(&hash);
  for (uint32_t offset = 0; offset < entry->total;) {
    uint8_t part[64];
    const uint32_t count = entry->total - offset < sizeof part ? entry->total - offset : (uint32_t)sizeof part;
    if (storage->read(storage->context, (enum rnnp_storage_area)slot, offset, part, count) != 0) {
      return RNNP_SLOT_ERR_STORAGE;
    }
    rnnp_sha256_update(&hash, part, count);
    offset += count;
    if (progress != NULL && offset % PROGRESS_BYTES == 0 && !progress(context)) {
      return RNNP_SLOT_ERR_STOPPED;
    }
  }
  uint8_t digest[32];
  rnnp_sha256_final(&hash, digest);
  return memcmp(digest, entry->sha256, sizeof digest) == 0 ? RNNP_SLOT_OK : RNNP_SLOT_ERR_HASH;
}

enum rnnp_slot_error rnnp_slot_store_mark_verified(rnnp_slot_store_t *store, uint8_t slot) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_ERR_SLOT;
  }
  if (store->record.slots[slot].state == RNNP_SLOT_VERIFIED) {
    return RNNP_SLOT_OK;
  }
  if (store->record.slots[slot].state != RNNP_SLOT_RECEIVING || store->received[slot] != store->record.slots[slot].total) {
    return RNNP_SLOT_ERR_STATE;
  }
  rnnp_slot_record_t next = store->record;
  next.slots[slot].state = RNNP_SLOT_VERIFIED;
  next.slots[slot].safe = next.slots[slot].total;
  return rnnp_slot_commit(store, &next);
}

enum rnnp_slot_error rnnp_slot_store_discard(rnnp_slot_store_t *store, uint8_t slot) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_ERR_SLOT;
  }
  if (slot == store->record.active || (store->record.trial != 0 && slot == store->record.previous)) {
    return RNNP_SLOT_ERR_IN_USE;
  }
  rnnp_slot_record_t next = store->record;
  memset(&next.slots[slot], 0, sizeof next.slots[slot]);
  const enum rnnp_slot_error error = rnnp_slot_commit(store, &next);
  if (error == RNNP_SLOT_OK) {
    store->received[slot] = 0;
  }
  return error;
}

enum rnnp_slot_error rnnp_slot_store_activate(rnnp_slot_store_t *store, uint8_t slot) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_ERR_SLOT;
  }
  if (store->record.slots[slot].state != RNNP_SLOT_VERIFIED) {
    return RNNP_SLOT_ERR_STATE;
  }
  if (store->record.active == slot) {
    return RNNP_SLOT_OK;
  }
  rnnp_slot_record_t next = store->record;
  /* While a trial is on, the model before it stays the one to fall back to, unless that is the new one. */
  next.previous = next.trial != 0 ? next.previous : next.active;
  next.active = slot;
  next.trial = next.previous != slot && next.previous != RNNP_SLOT_NONE;
  next.starts_left = TRIAL_STARTS;
  return rnnp_slot_commit(store, &next);
}

enum rnnp_slot_error rnnp_slot_store_confirm(rnnp_slot_store_t *store) {
  if (store->record.trial == 0) {
    return RNNP_SLOT_OK;
  }
  rnnp_slot_record_t next = store->record;
  next.trial = 0;
  next.starts_left = 0;
  return rnnp_slot_commit(store, &next);
}

enum rnnp_slot_error rnnp_slot_store_fall_back(rnnp_slot_store_t *store) {
  const uint8_t active = store->record.active;
  if (!is_slot(active)) {
    return RNNP_SLOT_ERR_STATE; /* the built-in model cannot be rejected */
  }
  rnnp_slot_record_t next = store->record;
  const uint8_t other = active ^ 1u;
  next.slots[active].state = RNNP_SLOT_FAILED;
  if (next.trial != 0) {
    next.active = next.previous;
  } else if (next.slots[other].state == RNNP_SLOT_VERIFIED) {
    next.active = other;
  } else {
    next.active = store->built_in ? RNNP_SLOT_BUILT_IN : RNNP_SLOT_NONE;
  }
  next.trial = 0;
  next.starts_left = 0;
  const enum rnnp_slot_error error = rnnp_slot_commit(store, &next);
  if (error != RNNP_SLOT_OK) {
    store->record = next;
  }
  return error;
}

uint8_t rnnp_slot_store_state(const rnnp_slot_store_t *store, uint8_t slot) {
  if (!is_slot(slot)) {
    return RNNP_SLOT_EMPTY;
  }
  if (slot == store->record.active) {
    return store->record.trial != 0 ? RNNP_SLOT_TRIAL : RNNP_SLOT_ACTIVE;
  }
  return store->record.slots[slot].state;
}
