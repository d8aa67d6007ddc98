#define _GNU_SOURCE

#include <errno.h>
#include <elf.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "host_board.h"
#include "rnnp_firmware.h"

static char **arguments;

static const char usage[] =
  "usage: rnnp-firmware [--model FILE] [--store FILE] (--unix PATH | --pty LINK | --stdio)\n"
  "\n"
  "  --model FILE  package that the firmware brings along (model.rnnp)\n"
  "  --store FILE  memory of the two upload slots; created when it does not exist\n"
  "  --unix PATH   serial line: a Unix socket that one peer at a time connects to\n"
  "  --pty LINK    serial line: a pseudo-terminal, to which LINK will point\n"
  "  --stdio       serial line: standard input and output; ends with the input\n";

static int find_build_id(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = info->dlpi_phdr + i;
    if (header->p_type != PT_NOTE) {
      continue;
    }
    const uint8_t *at = (const uint8_t *)info->dlpi_addr + header->p_vaddr;
    const uint8_t *end = at + header->p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)at;
      const uint8_t *name = at + sizeof *note;
      const uint8_t *content = name + ((note->n_namesz + 3u) & ~3u);
      if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz >= 8 && memcmp(name, "GNU", 4) == 0) {
        memcpy(data, content, 8);
        return 1;
      }
      at = content + ((note->n_descsz + 3u) & ~3u);
    }
  }
  return 1; /* only the program itself, which comes first */
}

void host_build_hash(uint8_t hash[8]) {
  memset(hash, 0, 8);
  dl_iterate_phdr(find_build_id, hash);
}

void host_restart(uint8_t reason) {
  const char text[2] = {(char)('0' + reason), 0};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL); /* a mask outlives execv */
  setenv(HOST_REBOOTED, text, 1);
  execv("/proc/self/exe", arguments);
  fprintf(stderr, "rnnp-firmware: cannot start again: %s\n", strerror(errno));
  exit(1);
}

static volatile sig_atomic_t stopping;

static void stop(int number) {
  (void)number;
  stopping = 1;
}

static void on_watchdog(int number) {
  (void)number;
  host_restart(RNNP_BOOT_WATCHDOG);
}

int main(int argc, char **argv) {
  bool open = false;
  arguments = argv;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGVTALRM, on_watchdog);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  for (int i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    if (strcmp(argv[i], "--stdio") == 0) {
      open = host_serial_stdio();
      continue;
    }
    if (strcmp(argv[i], "--help") == 0) {
      fputs(usage, stdout);
      return 0;
    }
    bool ok = false;
    if (!value) {
      fprintf(stderr, "rnnp-firmware: %s needs a value, or is no option\n%s", argv[i], usage);
      return 2;
    } else if (strcmp(argv[i], "--model") == 0) {
      ok = host_board_use_model(value);
    } else if (strcmp(argv[i], "--store") == 0) {
      ok = host_board_use_store(value);
    } else if (strcmp(argv[i], "--unix") == 0) {
      ok = open = host_serial_unix(value);
    } else if (strcmp(argv[i], "--pty") == 0) {
      ok = open = host_serial_pty(value);
    } else {
      fprintf(stderr, "rnnp-firmware: %s is no option\n%s", argv[i], usage);
      return 2;
    }
    if (!ok) {
      fprintf(stderr, "rnnp-firmware: cannot use %s for %s: %s\n", value, argv[i], strerror(errno));
      return 1;
    }
    i++;
  }
  if (!open) {
    fputs(usage, stderr);
    return 2;
  }
  rnnp_firmware_start();
  while (!stopping) {
    rnnp_firmware_poll();
  }
  return 0;
}
