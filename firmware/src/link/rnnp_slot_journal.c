#include "rnnp_slot_journal.h"

#include <string.h>

#include "rnnp/rnnp_frame_codec.h"

#define RECORD_MAGIC 0x314A4E52u /* "RNJ1" */

/* A record and what fills it up to whole units of programming. */
typedef struct {
  rnnp_slot_record_t record;
  uint8_t fill[MAX_PROGRAM_BYTES - sizeof(rnnp_slot_record_t) % MAX_PROGRAM_BYTES];
} padded_record_t;

uint32_t rnnp_slot_record_bytes(const rnnp_slot_storage_t *storage) {
  return ((uint32_t)sizeof(rnnp_slot_record_t) + storage->program_bytes - 1) & ~(storage->program_bytes - 1);
}

static uint32_t record_crc(const rnnp_slot_record_t *record) {
  return rnnp_crc32(0, (const uint8_t *)record, offsetof(rnnp_slot_record_t, crc));
}

static bool record_ok(const rnnp_slot_record_t *record) { return record->magic == RECORD_MAGIC && record->crc == record_crc(record); }

int rnnp_slot_erase(const rnnp_slot_store_t *store, enum rnnp_storage_area area, uint32_t offset) {
  if (store->before_erase) {
    store->before_erase(store->before_erase_context);
  }
  return store->storage->erase(store->storage->context, area, offset);
}

enum rnnp_slot_error rnnp_slot_commit(rnnp_slot_store_t *store, const rnnp_slot_record_t *next) {
  const rnnp_slot_storage_t *storage = store->storage;
  padded_record_t padded = {.record = *next};
  rnnp_slot_record_t *record = &padded.record;
  record->magic = RECORD_MAGIC;
  record->sequence = store->record.sequence + 1;
  record->crc = record_crc(record);
  memset(padded.fill, 0xFF, sizeof padded.fill);

  uint8_t journal = store->journal;
  uint32_t offset = store->journal_next;
  if (offset + rnnp_slot_record_bytes(storage) > storage->journal_bytes) {
    journal = store->newest ^ 1u;
    offset = 0;
    if (rnnp_slot_erase(store, (enum rnnp_storage_area)(RNNP_AREA_JOURNAL_0 + journal), 0) != 0) {
      return RNNP_SLOT_ERR_STORAGE;
    }
  }
  const enum rnnp_storage_area area = (enum rnnp_storage_area)(RNNP_AREA_JOURNAL_0 + journal);
  /* The record's place is used even when programming fails. */
  store->journal = journal;
  store->journal_next = offset + rnnp_slot_record_bytes(storage);
  rnnp_slot_record_t back;
  if (storage->program(storage->context, area, offset, (const uint8_t *)&padded, rnnp_slot_record_bytes(storage)) != 0 ||
      storage->read(storage->context, area, offset, (uint8_t *)&back, sizeof back) != 0 || memcmp(&back, record, sizeof back) != 0) {
    return RNNP_SLOT_ERR_STORAGE;
  }
  store->record = *record;
  store->newest = journal;
  return RNNP_SLOT_OK;
}

static bool is_erased(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] != 0xFF) {
      return false;
    }
  }
  return true;
}

enum rnnp_slot_error rnnp_slot_scan(const rnnp_slot_storage_t *storage, uint8_t journal, rnnp_slot_record_t *newest, bool *found,
                                    uint32_t *end) {
  const enum rnnp_storage_area area = (enum rnnp_storage_area)(RNNP_AREA_JOURNAL_0 + journal);
  *found = false;
  *end = 0;
  for (uint32_t offset = 0; offset + rnnp_slot_record_bytes(storage) <= storage->journal_bytes; offset += rnnp_slot_record_bytes(storage)) {
    rnnp_slot_record_t record;
    if (storage->read(storage->context, area, offset, (uint8_t *)&record, sizeof record) != 0) {
      return RNNP_SLOT_ERR_STORAGE;
    }
    if (is_erased((const uint8_t *)&record, sizeof record)) {
      continue;
    }
    *end = offset + rnnp_slot_record_bytes(storage);
    if (record_ok(&record) && (!*found || record.sequence > newest->sequence)) {
      *newest = record;
      *found = true;
    }
  }
  return RNNP_SLOT_OK;
}
