/* The fuzz target of fuzz_link.c on pseudo-random inputs, for builds without libFuzzer. */
#include "fuzz_link.c"

static void fill(uint8_t *bytes, size_t count, uint32_t *random) {
  static const uint8_t types[] = {RNNP_MSG_RESET,        RNNP_MSG_ACK,         RNNP_MSG_CLOSE,         RNNP_MSG_SLOT_QUERY,
                                  RNNP_MSG_STATS_QUERY,  RNNP_MSG_FRAME_BEGIN, RNNP_MSG_FRAME_ROWS,    RNNP_MSG_FRAME_ABORT,
                                  RNNP_MSG_UPLOAD_BEGIN, RNNP_MSG_UPLOAD_DATA, RNNP_MSG_UPLOAD_VERIFY, RNNP_MSG_ACTIVATE,
                                  RNNP_MSG_REBOOT};
  static const uint8_t lengths[] = {12, 0, 0, 4, 0, 12, 40, 4, 40, 60, 36, 36, 0};
  size_t at = 1;
  bytes[0] = (uint8_t)next_random(random);
  if ((bytes[0] & 1u) != 0) {
    for (; at < count; at++) {
      bytes[at] = (uint8_t)(next_random(random) % 3u == 0 ? next_random(random) % 4u : next_random(random));
    }
    return;
  }
  while (at + 2 < count) {
    const uint32_t kind = next_random(random) % sizeof types;
    size_t length = next_random(random) % 8u == 0 ? next_random(random) % 100u : lengths[kind];
    bytes[at++] = types[kind];
    bytes[at++] = (uint8_t)length;
    while (length-- > 0 && at < count) {
      const uint32_t value = next_random(random);
      bytes[at++] = (uint8_t)(value % 2u == 0 ? value >> 8 & 1u : value % 4u == 1 ? value >> 8 & 0x1Fu : value >> 8);
    }
  }
  while (at < count) {
    bytes[at++] = 0;
  }
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  uint32_t random = 2026;
  for (unsigned round = 0; round < 3000; round++) {
    uint8_t bytes[600];
    const size_t count = 8u + next_random(&random) % (sizeof bytes - 8u);
    fill(bytes, count, &random);
    (void)LLVMFuzzerTestOneInput(bytes, count);
  }
  return 0;
}
