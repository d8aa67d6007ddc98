/* Two slots for models and a journal that survives the loss of power at any moment.

   Every change appends one record of the whole state to the journal; the newest record whose CRC holds is the state.
   The journal has two blocks: when one is full, the other is erased and written to. A slot is erased block by block as
   data arrive, after a record of the offset from which its contents are invalid. After a power cut at any moment:

   1. The active model, and the one to fall back to, are never erased or programmed.
   2. A slot becomes active only after its SHA-256 and the firmware's own check held for the stored bytes.
   3. An upload continues at the last erase block that was begun. */
#ifndef RNNP_SLOT_STORE_H
#define RNNP_SLOT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rnnp/rnnp_static_assert.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RNNP_SLOT_COUNT 2u

enum rnnp_storage_area { RNNP_AREA_SLOT_0 = 0, RNNP_AREA_SLOT_1 = 1, RNNP_AREA_JOURNAL_0 = 2, RNNP_AREA_JOURNAL_1 = 3 };

/* The memory of slots and journal. The functions return 0, or a negative number on failure. */
typedef struct {
  void *context;

  /* Capacity of each slot, a multiple of slot_erase_bytes. */
  uint32_t slot_bytes;

  /* Size of an erase block of the slots, a multiple of program_bytes. */
  uint32_t slot_erase_bytes;

  /* Size of each journal area, which is erased as a whole; at least two records. */
  uint32_t journal_bytes;

  /* Programming granularity: offsets and lengths are multiples of it. A power of two, at most 32. */
  uint32_t program_bytes;

  /* Longest time that one erase takes, in milliseconds. */
  uint16_t erase_ms;

  /* Sets the erase block of the area that starts at offset to 0xFF. */
  int (*erase)(void *context, enum rnnp_storage_area area, uint32_t offset);

  /* Writes to erased bytes. Loss of power may leave any part of them written. */
  int (*program)(void *context, enum rnnp_storage_area area, uint32_t offset, const uint8_t *bytes, uint32_t count);

  int (*read)(void *context, enum rnnp_storage_area area, uint32_t offset, uint8_t *bytes, uint32_t count);
} rnnp_slot_storage_t;

enum rnnp_slot_error {
  RNNP_SLOT_OK = 0,
  RNNP_SLOT_ERR_SLOT = -1,    /* no such slot */
  RNNP_SLOT_ERR_IN_USE = -2,  /* active, or kept to fall back to */
  RNNP_SLOT_ERR_SIZE = -3,    /* 0 bytes, or more than a slot takes */
  RNNP_SLOT_ERR_STATE = -4,   /* no upload under way, incomplete, or not verified */
  RNNP_SLOT_ERR_OFFSET = -5,  /* not where the next data belong, or not a multiple of the granularity */
  RNNP_SLOT_ERR_HASH = -6,    /* the stored bytes have another SHA-256 */
  RNNP_SLOT_ERR_STORAGE = -7, /* the memory failed */
  RNNP_SLOT_ERR_CONFIG = -8,  /* impossible sizes in rnnp_slot_storage_t */
  RNNP_SLOT_ERR_STOPPED = -9  /* progress has returned false */
};

typedef struct {
  uint8_t state; /* enum rnnp_slot_state: EMPTY, RECEIVING, VERIFIED or FAILED */
  uint8_t reserved[3];
  uint32_t total;
  uint32_t safe; /* bytes that survive a restart */
  uint8_t sha256[32];
} rnnp_slot_entry_t;
RNNP_STATIC_ASSERT(sizeof(rnnp_slot_entry_t) == 44, "part of the journal's format");

typedef struct {
  uint32_t magic;
  uint32_t sequence;   /* the larger is the newer */
  uint8_t active;      /* slot, or RNNP_SLOT_BUILT_IN, or RNNP_SLOT_NONE */
  uint8_t previous;    /* to fall back to while on trial */
  uint8_t trial;       /* 1: active has not completed a frame */
  uint8_t starts_left; /* restarts before a model on trial is rejected */
  rnnp_slot_entry_t slots[RNNP_SLOT_COUNT];
  uint32_t reserved[2];
  uint32_t crc;
} rnnp_slot_record_t;
RNNP_STATIC_ASSERT(sizeof(rnnp_slot_record_t) == 112, "part of the journal's format");

typedef struct {
  const rnnp_slot_storage_t *storage;
  rnnp_slot_record_t record;
  uint32_t received[RNNP_SLOT_COUNT];
  uint8_t journal;       /* 0 or 1: which area is written to */
  bool built_in;         /* the firmware has a model of its own */
  uint8_t newest;        /* which of them holds the newest good record, and must not be erased */
  uint32_t journal_next; /* offset of the next record in the former */

  /* Is called before each erase, which may stall the processor, if not null. */
  void (*before_erase)(void *context);
  void *before_erase_context;
} rnnp_slot_store_t;

/* Reads the journal. built_in: the firmware has a model of its own. Rejects a model on trial that
   has used up its starts. */
enum rnnp_slot_error rnnp_slot_store_mount(rnnp_slot_store_t *store, const rnnp_slot_storage_t *storage, bool built_in);

/* Begins an upload, or resumes one of the same model at received[slot]. */
enum rnnp_slot_error rnnp_slot_store_begin(rnnp_slot_store_t *store, uint8_t slot, uint32_t total, const uint8_t sha256[32]);

/* Appends data at received[slot]. count must be a multiple of the granularity except at the end of the model. */
enum rnnp_slot_error rnnp_slot_store_write(rnnp_slot_store_t *store, uint8_t slot, uint32_t offset, const uint8_t *bytes, uint32_t count);

/* Compares the stored bytes with the announced SHA-256. Does not change the state. progress, if not null, is called every few KB;
   false ends the comparison. */
enum rnnp_slot_error rnnp_slot_store_check_hash(const rnnp_slot_store_t *store, uint8_t slot, bool (*progress)(void *context),
                                                void *context);

/* Records that a slot holds a good model. */
enum rnnp_slot_error rnnp_slot_store_mark_verified(rnnp_slot_store_t *store, uint8_t slot);

/* Forgets what a slot holds. */
enum rnnp_slot_error rnnp_slot_store_discard(rnnp_slot_store_t *store, uint8_t slot);

/* Makes a verified slot active; on trial, where there is another model to fall back to. */
enum rnnp_slot_error rnnp_slot_store_activate(rnnp_slot_store_t *store, uint8_t slot);

/* The active model has completed a frame: ends its trial. */
enum rnnp_slot_error rnnp_slot_store_confirm(rnnp_slot_store_t *store);

/* Marks the active model, which does not run, as failed. The model before it becomes active while the trial lasts, otherwise
   another verified one, otherwise the built-in one, otherwise none. The record in memory changes even when the journal fails. */
enum rnnp_slot_error rnnp_slot_store_fall_back(rnnp_slot_store_t *store);

/* State of a slot on the wire (enum rnnp_slot_state). */
uint8_t rnnp_slot_store_state(const rnnp_slot_store_t *store, uint8_t slot);

#ifdef __cplusplus
}
#endif

#endif
