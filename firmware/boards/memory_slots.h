/* Two slots and two journals, one after the other, in plain memory. */
#ifndef RNNP_MEMORY_SLOTS_H
#define RNNP_MEMORY_SLOTS_H

#include <stdint.h>

#define MEMORY_SLOT_BYTES 0x100000u
#define MEMORY_JOURNAL_BYTES 0x1000u
#define MEMORY_ERASE_BYTES 0x1000u
#define MEMORY_SLOTS_BYTES (2 * MEMORY_SLOT_BYTES + 2 * MEMORY_JOURNAL_BYTES)

/* Their address, a multiple of 16, or null when there are none. Defined by the board. */
uint8_t *board_slot_memory(void);

#endif
