/* The firmware as a Linux process: a Unix socket, pseudo-terminal or standard input and output as its serial line. */
#define _GNU_SOURCE

#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "host_board.h"
#include "memory_slots.h"
#include "rnnp/rnnp_link_wire.h"
#include "rnnp/rnnp_sha256.h"

#define ARENA_BYTES (4u << 20)
#define PENDING_BYTES 4096u
#define WATCHDOG_S 8

const char *const board_name = "host";

uint32_t board_clock_hz(void) { return 0; }

static _Alignas(16) uint8_t arena[ARENA_BYTES];
static uint8_t *store;
static host_mapping_t model;
static uint8_t model_sha256[RNNP_SHA256_BYTES];
static board_receive_t receive_bytes;
static void *receive_context;
static uint8_t pending[PENDING_BYTES]; /* what the link had no room for */
static size_t pending_from;
static size_t pending_to;

static uint64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint32_t board_ticks(void) { return (uint32_t)microseconds(); }

uint32_t board_ticks_hz(void) { return 1000000u; }

uint32_t board_millis(void) { return (uint32_t)(microseconds() / 1000u); }

static bool map_file(const char *path, int flags, size_t size, host_mapping_t *mapping) {
  int file = open(path, flags | O_CLOEXEC, 0600);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0) {
    return false;
  }
  bool fresh = false;
  if (size > 0 && (size_t)about.st_size != size) {
    fresh = true;
    if (ftruncate(file, (off_t)size) != 0) {
      close(file);
      return false;
    }
    about.st_size = (off_t)size;
  }
  int protection = size > 0 ? PROT_READ | PROT_WRITE : PROT_READ;
  void *bytes = mmap(NULL, (size_t)about.st_size, protection, size > 0 ? MAP_SHARED : MAP_PRIVATE, file, 0);
  close(file);
  if (bytes == MAP_FAILED) {
    return false;
  }
  if (fresh) {
    memset(bytes, 0xff, size);
  }
  mapping->bytes = bytes;
  mapping->size = (size_t)about.st_size;
  return true;
}

bool host_board_use_model(const char *path) {
  rnnp_sha256_t sha;
  if (!map_file(path, O_RDONLY, 0, &model)) {
    return false;
  }
  rnnp_sha256_init(&sha);
  rnnp_sha256_update(&sha, model.bytes, model.size);
  rnnp_sha256_final(&sha, model_sha256);
  return true;
}

bool host_board_use_store(const char *path) {
  host_mapping_t mapping;
  if (!map_file(path, O_RDWR | O_CREAT, MEMORY_SLOTS_BYTES, &mapping)) {
    return false;
  }
  store = mapping.bytes;
  return true;
}

void board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
}

size_t board_serial_write(const uint8_t *bytes, size_t count) {
  int line = host_serial_output();
  if (line < 0) {
    return count; /* no peer: the bytes are lost, as on a wire */
  }
  ssize_t done = write(line, bytes, count);
  if (done < 0 && errno != EAGAIN && errno != EINTR) {
    host_serial_closed();
    return count;
  }
  return done > 0 ? (size_t)done : 0;
}

/* Bytes that the link has not accepted yet. The line is not read while there are any. */
static bool hand_over(void) {
  if (pending_from < pending_to) {
    pending_from += receive_bytes(receive_context, pending + pending_from, pending_to - pending_from);
  }
  return pending_from == pending_to;
}

/* The end of the input is left to board_idle, which the main loop calls when all that came before has been handled. */
static void receive(int milliseconds, bool idle) {
  if (!hand_over()) {
    return;
  }
  int line = host_serial_wait(milliseconds);
  if (line < 0) {
    return;
  }
  ssize_t count = read(line, pending, sizeof pending);
  pending_from = pending_to = 0;
  if (count <= 0 && !idle) {
    return;
  }
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR && errno != EIO)) {
    host_serial_closed();
    return;
  }
  pending_to = count > 0 ? (size_t)count : 0;
  (void)hand_over();
}

void board_idle(void) { receive(1, true); }

/* The watchdog starts the process again. It counts the processor's time, which does not pass while a process is stopped. */
void board_watchdog_start(void) {
  const struct itimerval timeout = {.it_value = {.tv_sec = WATCHDOG_S}};
  setitimer(ITIMER_VIRTUAL, &timeout, NULL);
}

/* A process has no receive interrupt: while it computes, it reads its line here. */
void board_watchdog_feed(void) {
  static uint32_t last;
  const uint32_t now = board_millis();
  if (now != last) {
    last = now;
    board_watchdog_start();
    receive(0, false);
  }
}

const rnnp_wire_fault_t *board_last_fault(void) { return NULL; }

uint32_t board_stack_used(void) { return 0; }

void *board_arena(uint32_t *bytes) {
  *bytes = ARENA_BYTES;
  return arena;
}

const void *board_model(uint32_t *bytes) {
  *bytes = (uint32_t)model.size;
  return model.bytes;
}

const uint8_t *board_model_sha256(void) { return model_sha256; }

uint8_t *board_slot_memory(void) { return store; }

void board_build_hash(uint8_t hash[8]) { host_build_hash(hash); }

/* The machine's id, because a process has no serial number. */
void board_device_id(uint8_t id[12]) {
  char text[25] = {0};
  FILE *file = fopen("/etc/machine-id", "r");
  memset(id, 0, 12);
  if (!file) {
    return;
  }
  if (fread(text, 1, 24, file) == 24) {
    for (int i = 0; i < 12; i++) {
      char byte[3] = {text[2 * i], text[2 * i + 1], 0};
      id[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
  }
  fclose(file);
}

uint8_t board_boot_reason(void) {
  const char *reason = getenv(HOST_REBOOTED);
  return reason ? (uint8_t)atoi(reason) : RNNP_BOOT_POWER;
}

void board_reboot(void) { host_restart(RNNP_BOOT_SOFTWARE); }
