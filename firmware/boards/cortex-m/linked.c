/* Memory that the linker script lays out. */
#include "board.h"

extern uint8_t __arena_start[];
extern uint8_t __arena_end[];
extern const uint8_t __model_start[];
extern const uint8_t __model_end[];

void *board_arena(uint32_t *bytes) {
  *bytes = (uint32_t)((uintptr_t)__arena_end - (uintptr_t)__arena_start);
  return __arena_start;
}

const void *board_model(uint32_t *bytes) {
  *bytes = (uint32_t)((uintptr_t)__model_end - (uintptr_t)__model_start);
  return *bytes > 0 ? __model_start : NULL;
}
