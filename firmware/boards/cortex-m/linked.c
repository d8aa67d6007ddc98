/* Memory that the linker script lays out. */
#include "board.h"
#include "rnnp/rnnp_sha256.h"

extern uint8_t __arena_start[];
extern uint8_t __arena_end[];
extern const uint8_t __model_start[];
extern const uint8_t __model_end[];

#ifndef RNNP_MODEL_SHA256
#define RNNP_MODEL_SHA256 0
#endif

void *board_arena(uint32_t *bytes) {
  *bytes = (uint32_t)((uintptr_t)__arena_end - (uintptr_t)__arena_start);
  return __arena_start;
}

const void *board_model(uint32_t *bytes) {
  *bytes = (uint32_t)((uintptr_t)__model_end - (uintptr_t)__model_start);
  return *bytes > 0 ? __model_start : NULL;
}

const uint8_t *board_model_sha256(void) {
  static const uint8_t digest[RNNP_SHA256_BYTES] = {RNNP_MODEL_SHA256};
  return digest;
}
