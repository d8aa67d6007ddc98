/* Assertions that name what failed and end the test. */
#ifndef RNNP_CHECK_H
#define RNNP_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                                                                   \
  do {                                                                                                                                     \
    if (!(condition)) {                                                                                                                    \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                                                        \
      exit(1);                                                                                                                             \
    }                                                                                                                                      \
  } while (0)

#define CHECK_EQUAL(actual, expected)                                                                                                      \
  do {                                                                                                                                     \
    const long long check_actual = (long long)(actual);                                                                                    \
    const long long check_expected = (long long)(expected);                                                                                \
    if (check_actual != check_expected) {                                                                                                  \
      fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, check_actual, check_expected);                         \
      exit(1);                                                                                                                             \
    }                                                                                                                                      \
  } while (0)

/* xorshift32: the same numbers everywhere. */
static inline uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

#endif
