/*
 * Slots and journals in plain memory: a mapped file, or RAM that keeps its contents over a reset. For boards that define
 * board_slot_memory.
 */
#include "memory_slots.h"

#include <string.h>

#include "board.h"

static uint8_t *area_at(enum rnnp_storage_area area, uint32_t offset) {
  static const uint32_t areas[] = {0, MEMORY_SLOT_BYTES, 2 * MEMORY_SLOT_BYTES, 2 * MEMORY_SLOT_BYTES + MEMORY_JOURNAL_BYTES};
  return board_slot_memory() + areas[area] + offset;
}

static int erase_area(void *context, enum rnnp_storage_area area, uint32_t offset) {
  (void)context;
  memset(area_at(area, offset), 0xff, MEMORY_ERASE_BYTES);
  return 0;
}

static int program_area(void *context, enum rnnp_storage_area area, uint32_t offset, const uint8_t *bytes, uint32_t count) {
  (void)context;
  memcpy(area_at(area, offset), bytes, count);
  return 0;
}

static int read_area(void *context, enum rnnp_storage_area area, uint32_t offset, uint8_t *bytes, uint32_t count) {
  (void)context;
  memcpy(bytes, area_at(area, offset), count);
  return 0;
}

rnnp_slot_store_t *board_slot_store(void) {
  static rnnp_slot_store_t store;
  return &store;
}

const rnnp_slot_storage_t *board_slot_storage(void) {
  static const rnnp_slot_storage_t storage = {
    .slot_bytes = MEMORY_SLOT_BYTES,
    .slot_erase_bytes = MEMORY_ERASE_BYTES,
    .journal_bytes = MEMORY_JOURNAL_BYTES,
    .program_bytes = 16,
    .erase_ms = 1,
    .erase = erase_area,
    .program = program_area,
    .read = read_area,
  };
  return board_slot_memory() ? &storage : NULL;
}

const void *board_slot_bytes(uint8_t slot) { return area_at(slot ? RNNP_AREA_SLOT_1 : RNNP_AREA_SLOT_0, 0); }
