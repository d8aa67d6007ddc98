/*
 * libFuzzer inside the process of .NET, as a shared library: the counters of instrumented assemblies are extra counters of libFuzzer.
 * Every input lies in a file before it is run, so that it is known however the process ends.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNTERS 65536u
#define MAX_INPUT (1u << 20)

typedef int (*target_t)(const uint8_t *data, size_t size);

int LLVMFuzzerRunDriver(int *argc, char ***argv, target_t target);
uint8_t *fuzz_counters(void);
int fuzz_run(int argc, char **argv, const char *last_input, target_t target);

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];

static target_t run;
static uint8_t *last; /* the length in four bytes, then the input */

uint8_t *fuzz_counters(void) { return counters; }

static int run_one(const uint8_t *data, size_t size) {
  const uint32_t length = size < MAX_INPUT ? (uint32_t)size : MAX_INPUT;
  memcpy(last, &length, sizeof length);
  memcpy(last + sizeof length, data, length);
  return run(data, size);
}

int fuzz_run(int argc, char **argv, const char *last_input, target_t target) {
  const int file = open(last_input, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ftruncate(file, (off_t)(sizeof(uint32_t) + MAX_INPUT)) != 0) {
    return 2;
  }
  last = mmap(NULL, sizeof(uint32_t) + MAX_INPUT, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (last == MAP_FAILED) {
    return 2;
  }
  run = target;
  return LLVMFuzzerRunDriver(&argc, &argv, run_one);
}
