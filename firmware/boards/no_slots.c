/* For boards without writable memory for packages: they run the linked-in package only. */
#include "board.h"

const rnnp_slot_storage_t *board_slot_storage(void) { return NULL; }

rnnp_slot_store_t *board_slot_store(void) { return NULL; }

const void *board_slot_bytes(uint8_t slot) {
  (void)slot;
  return NULL;
}
