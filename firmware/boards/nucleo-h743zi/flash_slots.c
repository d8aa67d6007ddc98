/*
 * Two model slots and their journals in bank 2 of the STM32H743's flash; the firmware runs from bank 1, and waits for no erase. The
 * memory is written in words of 32 bytes with an error-correcting code. A word whose programming was cut short may be unreadable:
 * reading it is a bus error, which counts as zeros here.
 */
#include <string.h>

#include "board.h"
#include "core.h"
#include "stm32h743.h"

#define BANK_2 0x08100000u
#define SECTOR_BYTES 0x20000u
#define JOURNAL_BYTES 0x4000u /* of sectors 0 and 1; more would only take longer to read */
#define FIRST_SLOT_SECTOR 2u
#define SLOT_SECTORS 3u
#define WORD_BYTES 32u
#define BUSY_POLLS 0x8000000u /* more than the longest erase takes */
#define SCB_DCIMVAC 0xe000ef5cu

static uint32_t sector_of(enum rnnp_storage_area area) {
  return area >= RNNP_AREA_JOURNAL_0 ? (uint32_t)area - RNNP_AREA_JOURNAL_0 : FIRST_SLOT_SECTOR + SLOT_SECTORS * (uint32_t)area;
}

static uint32_t address_of(enum rnnp_storage_area area, uint32_t offset) { return BANK_2 + sector_of(area) * SECTOR_BYTES + offset; }

/* Ends an operation. False: the memory reports an error, or does not finish. */
static bool finish(void) {
  uint32_t polls = 0;
  core_barrier();
  while ((register_read(FLASH_SR2) & FLASH_SR_BUSY) && polls < BUSY_POLLS) {
    polls++;
  }
  return polls < BUSY_POLLS && !(register_read(FLASH_SR2) & FLASH_SR_ERRORS);
}

static void unlock(void) {
  if (register_read(FLASH_CR2) & FLASH_CR_LOCK) {
    register_write(FLASH_KEYR2, FLASH_KEY1);
    register_write(FLASH_KEYR2, FLASH_KEY2);
  }
  register_write(FLASH_CCR2, FLASH_SR_ERRORS);
}

/* The data cache may hold what the flash contained before. */
static void lock(uint32_t address, uint32_t count) {
  register_write(FLASH_CR2, FLASH_CR_LOCK);
  for (uint32_t i = 0; i < count; i += WORD_BYTES) {
    register_write(SCB_DCIMVAC, address + i);
  }
  core_barrier();
}

static int erase_area(void *context, enum rnnp_storage_area area, uint32_t offset) {
  (void)context;
  board_watchdog_feed();
  unlock();
  const uint32_t command = FLASH_CR_SER | FLASH_CR_64_BITS | (sector_of(area) + offset / SECTOR_BYTES) << 8;
  register_write(FLASH_CR2, command);
  register_write(FLASH_CR2, command | FLASH_CR_START);
  const bool ok = finish();
  lock(address_of(area, offset), SECTOR_BYTES);
  return ok ? 0 : -1;
}

static int program_area(void *context, enum rnnp_storage_area area, uint32_t offset, const uint8_t *bytes, uint32_t count) {
  (void)context;
  const uint32_t address = address_of(area, offset);
  bool ok = true;
  unlock();
  register_write(FLASH_CR2, FLASH_CR_PG | FLASH_CR_64_BITS);
  for (uint32_t i = 0; i < count && ok; i += 4) {
    uint32_t word;
    memcpy(&word, bytes + i, sizeof word);
    register_write(address + i, word);
    ok = i % WORD_BYTES != WORD_BYTES - 4 || finish();
  }
  lock(address, count);
  return ok ? 0 : -1;
}

static int read_area(void *context, enum rnnp_storage_area area, uint32_t offset, uint8_t *bytes, uint32_t count) {
  (void)context;
  register_write(FLASH_CCR2, FLASH_SR_ERRORS);
  core_ignore_bus_errors(true);
  memcpy(bytes, register_memory(address_of(area, offset)), count);
  core_ignore_bus_errors(false);
  if (register_read(FLASH_SR2) & FLASH_SR_DBECCERR) {
    register_write(FLASH_CCR2, FLASH_SR_ERRORS);
    memset(bytes, 0, count);
  }
  return 0;
}

rnnp_slot_store_t *board_slot_store(void) {
  static rnnp_slot_store_t store;
  return &store;
}

const rnnp_slot_storage_t *board_slot_storage(void) {
  static const rnnp_slot_storage_t storage = {
    .slot_bytes = SLOT_SECTORS * SECTOR_BYTES,
    .slot_erase_bytes = SECTOR_BYTES,
    .journal_bytes = JOURNAL_BYTES,
    .program_bytes = WORD_BYTES,
    .erase_ms = 4000,
    .erase = erase_area,
    .program = program_area,
    .read = read_area,
  };
  return &storage;
}

const void *board_slot_bytes(uint8_t slot) { return register_memory(address_of(slot ? RNNP_AREA_SLOT_1 : RNNP_AREA_SLOT_0, 0)); }
