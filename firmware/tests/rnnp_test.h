/* Assertions and files for the firmware's tests, on the host and (over semihosting) on a board. */
#ifndef RNNP_TEST_H
#define RNNP_TEST_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
  uint8_t *bytes; /* aligned to 16 */
  size_t size;
  void *allocation;
} rnnp_test_file_t;

/* Ends the program when the file cannot be read. */
rnnp_test_file_t rnnp_test_load(const char *path);
void rnnp_test_unload(rnnp_test_file_t *file);

/*
 * `size` zero bytes, aligned to 16. Where a board's RAM does not suffice, the program ends with the status of a skipped test, or, if
 * rnnp_test_out_of_memory is set, everything allocated is freed and execution continues there.
 */
extern jmp_buf *rnnp_test_out_of_memory;
rnnp_test_file_t rnnp_test_allocate(size_t size);

extern unsigned rnnp_test_failures;
extern unsigned rnnp_test_checks;

#define CHECK(condition)                                                                                                                   \
  do {                                                                                                                                     \
    rnnp_test_checks++;                                                                                                                    \
    if (!(condition)) {                                                                                                                    \
      rnnp_test_failures++;                                                                                                                \
      printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                                                                       \
    }                                                                                                                                      \
  } while (0)

/* Prints the totals; the exit status of a test program. */
int rnnp_test_summary(const char *name);

#endif
