/* Arm semihosting, as far as tests and benchmarks in QEMU need it. */
#ifndef RNNP_SEMIHOSTING_H
#define RNNP_SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline int semihosting_call(int operation, const void *block) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static inline int semihosting_open(const char *path) {
  const uint32_t block[3] = {(uint32_t)path, 1 /* rb */, (uint32_t)strlen(path)};
  return semihosting_call(0x01, block);
}

static inline void semihosting_close(int file) {
  const uint32_t block[1] = {(uint32_t)file};
  semihosting_call(0x02, block);
}

static inline bool semihosting_read(int file, void *to, uint32_t count) {
  const uint32_t block[3] = {(uint32_t)file, (uint32_t)to, count};
  return semihosting_call(0x06, block) == 0;
}

static inline void semihosting_print(const char *text) { semihosting_call(0x04, text); }

static inline void semihosting_command_line(char *to, uint32_t size) {
  struct {
    char *buffer;
    uint32_t size;
  } block = {to, size};
  semihosting_call(0x15, &block);
}

static inline void semihosting_exit(uint32_t code) {
  const uint32_t block[2] = {0x20026u, code};
  semihosting_call(0x20, block);
}

#endif
