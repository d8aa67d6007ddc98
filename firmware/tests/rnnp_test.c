#include "rnnp_test.h"

#include <stdlib.h>
#include <string.h>

unsigned rnnp_test_failures;
unsigned rnnp_test_checks;
jmp_buf *rnnp_test_out_of_memory;

static void *allocations[256];
static unsigned allocation_count;

rnnp_test_file_t rnnp_test_allocate(size_t size) {
  rnnp_test_file_t file = {.size = size, .allocation = calloc(1, size + 16)};
  if (!file.allocation) {
    printf("out of memory for %lu bytes\n", (unsigned long)size);
    if (!rnnp_test_out_of_memory) {
      exit(RNNP_TEST_OUT_OF_MEMORY);
    }
    while (allocation_count > 0) {
      free(allocations[--allocation_count]);
    }
    longjmp(*rnnp_test_out_of_memory, 1);
  }
  if (allocation_count == sizeof allocations / sizeof allocations[0]) {
    printf("too many allocations\n");
    exit(2);
  }
  allocations[allocation_count++] = file.allocation;
  file.bytes = (uint8_t *)(((uintptr_t)file.allocation + 15) & ~(uintptr_t)15);
  return file;
}

rnnp_test_file_t rnnp_test_load(const char *path) {
  FILE *stream = fopen(path, "rb");
  if (!stream) {
    printf("cannot open %s\n", path);
    exit(2);
  }
  fseek(stream, 0, SEEK_END);
  long size = ftell(stream);
  fseek(stream, 0, SEEK_SET);
  rnnp_test_file_t file = rnnp_test_allocate((size_t)size);
  if (fread(file.bytes, 1, file.size, stream) != file.size) {
    printf("cannot read %s\n", path);
    exit(2);
  }
  fclose(stream);
  return file;
}

void rnnp_test_unload(rnnp_test_file_t *file) {
  for (unsigned i = 0; i < allocation_count; i++) {
    if (allocations[i] == file->allocation) {
      allocations[i] = allocations[--allocation_count];
      break;
    }
  }
  free(file->allocation);
  memset(file, 0, sizeof *file);
}

int rnnp_test_summary(const char *name) {
  printf("%s: %u checks, %u failed\n", name, rnnp_test_checks, rnnp_test_failures);
  if (rnnp_test_failures == 0 && rnnp_test_checks == 0 && rnnp_test_out_of_memory) {
    return RNNP_TEST_OUT_OF_MEMORY;
  }
  return rnnp_test_failures == 0 && rnnp_test_checks > 0 ? 0 : 1;
}
