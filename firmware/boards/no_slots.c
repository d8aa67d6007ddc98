/* For boards that set no writable memory aside for packages: the linked-in one is the only one. */
#include "board.h"

const rnnp_slot_storage_t *board_slot_storage(void) { return NULL; }

const void *board_slot_bytes(uint8_t slot) {
  (void)slot;
  return NULL;
}
