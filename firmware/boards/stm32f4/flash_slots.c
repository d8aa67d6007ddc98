/*
 * Two model slots and their journals in the internal flash of the STM32F405 and STM32F446. The chip has one bank: while it erases or
 * programs, the processor waits for its next instruction, and no interrupt runs. The link announces that before each erase.
 */
#include <string.h>

#include "board.h"
#include "board_config.h"
#include "slot_layout.h"
#include "stm32_watchdog.h"
#include "stm32f4.h"

#define SECTOR_BYTES 0x20000u  /* of sector 5 and later ones */
#define JOURNAL_BYTES 0x4000u  /* of sectors 0 to 3 */
#define FIRST_JOURNAL_SECTOR 1 /* sector 0 has the vectors */
#define BUSY_POLLS 0x4000000u  /* more than the longest erase takes */

static uint32_t sector_of(enum rnnp_storage_area area, uint32_t offset) {
  return area >= RNNP_AREA_JOURNAL_0 ? FIRST_JOURNAL_SECTOR + (uint32_t)area - RNNP_AREA_JOURNAL_0
                                     : SLOT_FIRST_SECTOR + SLOT_SECTORS * (uint32_t)area + offset / SECTOR_BYTES;
}

static uint32_t address_of(enum rnnp_storage_area area, uint32_t offset) {
  const uint32_t sector = sector_of(area, 0);
  return (area >= RNNP_AREA_JOURNAL_0 ? FLASH_START + sector * JOURNAL_BYTES : FLASH_START + (sector - 4) * SECTOR_BYTES) + offset;
}

/* Ends an operation. False: the memory reports an error, or does not finish. */
static bool finish(void) {
  uint32_t polls = 0;
  while ((register_read(FLASH_SR) & FLASH_SR_BSY) && polls < BUSY_POLLS) {
    polls++;
  }
  return polls < BUSY_POLLS && !(register_read(FLASH_SR) & FLASH_SR_ERRORS);
}

static void unlock(void) {
  if (register_read(FLASH_CR) & FLASH_CR_LOCK) {
    register_write(FLASH_KEYR, FLASH_KEY1);
    register_write(FLASH_KEYR, FLASH_KEY2);
  }
  register_write(FLASH_SR, FLASH_SR_ERRORS); /* of an earlier operation: writing one clears */
}

/* The caches may hold what the flash contained before. */
static void lock(void) {
  register_write(FLASH_CR, FLASH_CR_LOCK);
  register_change(FLASH_ACR, FLASH_ACR_CACHES, 0);
  register_change(FLASH_ACR, 0, FLASH_ACR_RESET_CACHES);
  register_change(FLASH_ACR, FLASH_ACR_RESET_CACHES, FLASH_ACR_CACHES);
}

static int erase_area(void *context, enum rnnp_storage_area area, uint32_t offset) {
  (void)context;
  board_watchdog_feed();
  unlock();
  const uint32_t command = FLASH_CR_SER | sector_of(area, offset) << 3 | FLASH_CR_32_BITS;
  register_write(FLASH_CR, command);
  register_write(FLASH_CR, command | FLASH_CR_STRT);
  const bool ok = finish();
  lock();
  return ok ? 0 : -1;
}

static int program_area(void *context, enum rnnp_storage_area area, uint32_t offset, const uint8_t *bytes, uint32_t count) {
  (void)context;
  uint32_t address = address_of(area, offset);
  bool ok = true;
  unlock();
  register_write(FLASH_CR, FLASH_CR_PG | FLASH_CR_32_BITS);
  for (uint32_t i = 0; i < count && ok; i += 4) {
    uint32_t word;
    memcpy(&word, bytes + i, sizeof word);
    register_write(address + i, word);
    ok = finish();
  }
  lock();
  return ok ? 0 : -1;
}

static int read_area(void *context, enum rnnp_storage_area area, uint32_t offset, uint8_t *bytes, uint32_t count) {
  (void)context;
  memcpy(bytes, register_memory(address_of(area, offset)), count);
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
    .program_bytes = 4,
    .erase_ms = 2000, /* 128 KB by 32 bits, at most; 16 KB take 0.5 s */
    .erase = erase_area,
    .program = program_area,
    .read = read_area,
  };
  return &storage;
}

const void *board_slot_bytes(uint8_t slot) { return register_memory(address_of(slot ? RNNP_AREA_SLOT_1 : RNNP_AREA_SLOT_0, 0)); }
