/* The fuzz target of ../../fuzz/fuzz_link.c on pseudo-random inputs, for builds without libFuzzer. */
#include "../../fuzz/fuzz_link.c"

/* Small values are frequent: operations, slots, and messages of known types. */
static void fill(uint8_t *bytes, size_t count, uint32_t *random) {
  for (size_t at = 0; at < count; at++) {
    const uint32_t value = next_random(random);
    bytes[at] = (uint8_t)(value % 2u == 0 ? value >> 8 & 0x1Fu : value >> 8);
  }
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  uint32_t random = 2026;
  for (unsigned round = 0; round < 2000; round++) {
    uint8_t bytes[600];
    const size_t count = 8u + next_random(&random) % (sizeof bytes - 8u);
    fill(bytes, count, &random);
    (void)LLVMFuzzerTestOneInput(bytes, count);
  }
  return 0;
}
