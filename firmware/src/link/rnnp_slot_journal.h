/* The journal of the slot store: records of its whole state, appended to one of two areas. */
#ifndef RNNP_SLOT_JOURNAL_H
#define RNNP_SLOT_JOURNAL_H

#include "rnnp/rnnp_slot_store.h"

#define MAX_PROGRAM_BYTES 32u

/* Bytes of a record in the journal: whole units of programming. */
uint32_t rnnp_slot_record_bytes(const rnnp_slot_storage_t *storage);

/* Erases after before_erase. */
int rnnp_slot_erase(const rnnp_slot_store_t *store, enum rnnp_storage_area area, uint32_t offset);

/* Writes the state to the journal; on failure the copy in memory is put back to what it was. */
enum rnnp_slot_error rnnp_slot_commit(rnnp_slot_store_t *store, const rnnp_slot_record_t *next);

/* Finds the newest record of one journal area, and the end of what has been written to it. */
enum rnnp_slot_error rnnp_slot_scan(const rnnp_slot_storage_t *storage, uint8_t journal, rnnp_slot_record_t *newest, bool *found,
                                    uint32_t *end);

#endif
