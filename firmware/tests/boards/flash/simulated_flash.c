#include "simulated_flash.h"

#include <stdbool.h>
#include <string.h>

#ifdef SIMULATED_STM32H7
#include "stm32h743.h"
#define START 0x08100000u
#define BYTES 0x100000u
#define WORD 32u
#define KEYR FLASH_KEYR2
#define CR FLASH_CR2
#define SR FLASH_SR2
#else
#include "stm32f4.h"
#define START FLASH_START
#define BYTES 0x100000u
#define KEYR FLASH_KEYR
#define CR FLASH_CR
#define SR FLASH_SR
#endif
#define SCB_CCR 0xe000ed14u
#define SCB_DCIMVAC 0xe000ef5cu
#define BFHFNMIGN (1u << 8)
#define BUSY_READS 3u
#define READ_BYTES 128u /* that follow a call of register_memory */

jmp_buf simulated_power;
void (*simulated_flash_stall)(void);

static union {
  uint8_t bytes[BYTES];
  uint64_t words[BYTES / 8];
} flash, random_bytes;
static uint8_t *const memory = flash.bytes;
static bool unreadable[BYTES / 32]; /* by the error-correcting code */
static bool stale[BYTES / 32];      /* in a cache */
#ifdef SIMULATED_STM32H7
static uint8_t word_buffer[WORD];
#endif
static uint32_t word_filled; /* bytes of a word that is not complete */
static uint32_t control;
static uint32_t status;
static uint32_t cpu_control;
static uint32_t acr;
static uint32_t keys;
static uint32_t busy;
static uint32_t operations;
static uint32_t cut_at;
static uint32_t violations;
static uint32_t random_state;

static uint32_t next_random(void) {
  random_state = random_state * 1664525u + 1013904223u;
  return random_state >> 8;
}

void simulated_flash_new(uint32_t seed) {
  static bool filled;
  for (uint32_t i = 0; i < BYTES && !filled; i++) {
    random_bytes.bytes[i] = (uint8_t)next_random();
  }
  filled = true;
  random_state = seed;
  const uint64_t different = seed * 0x9e3779b97f4a7c15u;
  for (uint32_t i = 0; i < BYTES / 8; i++) {
    flash.words[i] = random_bytes.words[i] ^ different;
  }
  memset(unreadable, 0, sizeof unreadable);
  operations = violations = cut_at = 0;
  simulated_flash_restart();
}

void simulated_flash_restart(void) {
  control = FLASH_CR_LOCK;
  status = keys = busy = cpu_control = acr = word_filled = 0;
  cut_at = 0;
  memset(stale, 0, sizeof stale);
}

void simulated_flash_cut_at(uint32_t number) { cut_at = number == 0 ? 0 : operations + number; }

uint32_t simulated_flash_operations(void) { return operations; }

uint32_t simulated_flash_violations(void) { return violations; }

static bool power_fails(void) { return ++operations == cut_at; }

static void fail_power(void) { longjmp(simulated_power, 1); }

#ifdef SIMULATED_STM32H7

static void erase(void) {
  const uint32_t from = (control >> 8 & 7u) * 0x20000u;
  const bool fails = power_fails();
  for (uint32_t line = from / 32; line < (from + 0x20000u) / 32; line++) {
    /* a word of an interrupted erase is old, erased, or unreadable */
    const uint32_t outcome = fails ? next_random() % 3 : 1;
    stale[line] = true;
    unreadable[line] = outcome == 2 || (outcome == 0 && unreadable[line]);
    if (outcome == 1) {
      memset(memory + 32 * line, 0xff, 32);
    }
  }
  if (fails) {
    fail_power();
  }
}

/* The eighth write of a word programs it. */
static void program(uint32_t offset, uint32_t value) {
  memcpy(word_buffer + offset % WORD, &value, 4);
  word_filled += 4;
  if (offset % WORD != WORD - 4 || word_filled != WORD) {
    violations += offset % WORD == WORD - 4 || word_filled > WORD;
    return;
  }
  uint8_t *to = memory + offset - (WORD - 4);
  const bool fails = power_fails();
  word_filled = 0;
  for (uint32_t i = 0; i < WORD; i++) {
    violations += to[i] != 0xff;
    to[i] = fails ? (uint8_t)(to[i] & (word_buffer[i] | next_random())) : word_buffer[i];
  }
  stale[offset / 32] = true;
  unreadable[offset / 32] = fails && next_random() % 2 == 0;
  if (fails) {
    fail_power();
  }
}

static bool erases(uint32_t value) { return (value & FLASH_CR_SER) && (value & FLASH_CR_START); }
static bool programs(void) { return (control & FLASH_CR_PG) && (control & FLASH_CR_64_BITS) == FLASH_CR_64_BITS; }

#else

static void erase(void) {
  const uint32_t sector = control >> 3 & 0xfu;
  const uint32_t from = sector < 4 ? 0x4000u * sector : sector == 4 ? 0x10000u : 0x20000u * (sector - 4);
  const uint32_t bytes = sector < 4 ? 0x4000u : sector == 4 ? 0x10000u : 0x20000u;
  const bool fails = power_fails();
  for (uint32_t i = from; i < from + bytes; i++) {
    memory[i] = fails ? (uint8_t)(memory[i] | next_random()) : 0xff;
  }
  memset(stale + from / 32, true, bytes / 32);
  if (fails) {
    fail_power();
  }
}

static void program(uint32_t offset, uint32_t value) {
  uint32_t before;
  memcpy(&before, memory + offset, 4);
  const bool fails = power_fails();
  violations += before != 0xffffffffu;
  before &= fails ? value | next_random() << 16 | next_random() : value;
  memcpy(memory + offset, &before, 4);
  stale[offset / 32] = true;
  if (fails) {
    fail_power();
  }
}

static bool erases(uint32_t value) { return (value & FLASH_CR_SER) && (value & FLASH_CR_STRT) && (value & FLASH_CR_32_BITS); }
static bool programs(void) { return (control & FLASH_CR_PG) && (control & FLASH_CR_32_BITS); }

#endif

uint32_t register_read(uintptr_t address) {
  if (address == SR) {
    busy -= busy > 0;
    return status | (busy > 0 ?
#ifdef SIMULATED_STM32H7
                              4u
#else
                              FLASH_SR_BSY
#endif
                              : 0);
  }
  return address == CR ? control : address == SCB_CCR ? cpu_control : address == FLASH_ACR ? acr : 0;
}

static void write_control(uint32_t value) {
  if (control & FLASH_CR_LOCK) {
    return;
  }
  violations += busy > 0;
  control = value;
  if (erases(value)) {
    if (simulated_flash_stall) {
      simulated_flash_stall();
    }
    erase();
    busy = BUSY_READS;
  }
  keys = control & FLASH_CR_LOCK ? 0 : keys;
}

void register_write(uintptr_t address, uint32_t value) {
  if (address == KEYR) {
    keys = value == FLASH_KEY1 ? 1 : keys == 1 && value == FLASH_KEY2 ? 2 : 0;
    control = keys == 2 ? control & ~FLASH_CR_LOCK : control;
  } else if (address == CR) {
    write_control(value);
  } else if (address - START < BYTES) {
    if ((control & FLASH_CR_LOCK) || !programs() || address % 4 != 0 || busy > 0) {
      violations++;
      return;
    }
    program((uint32_t)(address - START), value);
#ifdef SIMULATED_STM32H7
    busy = word_filled == 0 ? BUSY_READS : 0;
  } else if (address == FLASH_CCR2) {
    status &= ~value;
  } else if (address == SCB_DCIMVAC) {
    stale[(value - START) / 32] = false;
#else
    busy = BUSY_READS;
  } else if (address == FLASH_SR) {
    status &= ~value;
  } else if (address == FLASH_ACR) {
    /* caches can only be cleared while they are off */
    if ((value & FLASH_ACR_RESET_CACHES) == FLASH_ACR_RESET_CACHES && !(value & FLASH_ACR_CACHES)) {
      memset(stale, 0, sizeof stale);
    }
    acr = value;
#endif
  } else if (address == SCB_CCR) {
    cpu_control = value;
  }
}

const void *register_memory(uintptr_t address) {
  const uint32_t offset = (uint32_t)(address - START);
  for (uint32_t line = offset / 32; line < (offset + READ_BYTES) / 32 && line < BYTES / 32; line++) {
    violations += stale[line];
#ifdef SIMULATED_STM32H7
    if (unreadable[line]) {
      violations += !(cpu_control & BFHFNMIGN);
      status |= FLASH_SR_DBECCERR;
    }
#endif
  }
  return memory + offset;
}
