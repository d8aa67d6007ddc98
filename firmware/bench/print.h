/* JSON over semihosting. */
#ifndef RNNP_PRINT_H
#define RNNP_PRINT_H

#include <stdint.h>

#include "semihosting.h"

static inline void print_number(uint32_t x) {
  char text[12];
  char *p = text + sizeof text;
  *--p = 0;
  do {
    *--p = (char)('0' + x % 10);
    x /= 10;
  } while (x > 0);
  semihosting_print(p);
}

static inline void print_field(const char *before, uint32_t x) {
  semihosting_print(before);
  print_number(x);
}

static inline void fail(const char *what) {
  semihosting_print(what);
  semihosting_print("\n");
  semihosting_exit(1);
}

#endif
