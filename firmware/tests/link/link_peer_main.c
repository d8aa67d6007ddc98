/* The test device as a process: rnnp-link-peer SOCKET [FLASH-FILE]. It listens on a unix socket, serves one host at a time, and
   keeps the content of its slots in the file, so that it can be killed and started again. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "test_device.h"

static test_device_t device;
static test_flash_t *flash;

static uint32_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

/* The flash memory is the file itself: what was written stays, however the process ends. */
static bool open_flash(const char *path) {
  static test_flash_t without_file;
  flash = &without_file;
  test_flash_init(flash);
  if (path == NULL) {
    return true;
  }
  const int file = open(path, O_RDWR | O_CREAT, 0600);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
    return false;
  }
  const bool fresh = status.st_size != (off_t)sizeof *flash;
  if (fresh && ftruncate(file, sizeof *flash) != 0) {
    return false;
  }
  void *bytes = mmap(NULL, sizeof *flash, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (bytes == MAP_FAILED) {
    return false;
  }
  flash = bytes;
  if (fresh) {
    test_flash_init(flash);
  }
  return true;
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    fprintf(stderr, "The path %s is too long for a unix socket.\n", path);
    return -1;
  }
  memcpy(address.sun_path, path, strlen(path) + 1u);
  unlink(path);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0) {
    fprintf(stderr, "Cannot listen at %s: %s.\n", path, strerror(errno));
    return -1;
  }
  return listener;
}

static bool pass_output(int line) {
  while (device.output_length > 0) {
    const ssize_t sent = write(line, device.output, device.output_length);
    if (sent <= 0) {
      return sent < 0 && errno == EAGAIN;
    }
    device.output_length -= (size_t)sent;
    memmove(device.output, device.output + sent, device.output_length);
  }
  return true;
}

/* Runs until the host hangs up. */
static void serve(int line) {
  uint8_t bytes[512];
  for (;;) {
    struct pollfd entry = {.fd = line, .events = POLLIN};
    if (poll(&entry, 1, 20) > 0) {
      const ssize_t count = read(line, bytes, sizeof bytes);
      if (count <= 0) {
        return;
      }
      device.now_ms = clock_ms();
      rnnp_link_receive_bytes(&device.link, bytes, (size_t)count);
    }
    device.now_ms = clock_ms();
    while (rnnp_link_poll(&device.link)) {
    }
    if (!pass_output(line)) {
      return;
    }
    if (device.reboots_asked > 0) {
      test_device_start(&device, flash, RNNP_BOOT_SOFTWARE, true, true);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: rnnp-link-peer SOCKET [FLASH-FILE]\n");
    return 2;
  }
  const char *flash_path = argc == 3 ? argv[2] : NULL;
  signal(SIGPIPE, SIG_IGN);
  const int listener = listen_at(argv[1]);
  if (listener < 0) {
    return 1;
  }
  if (!open_flash(flash_path)) {
    fprintf(stderr, "Cannot use %s: %s.\n", flash_path, strerror(errno));
    return 1;
  }
  device.now_ms = clock_ms();
  test_device_start(&device, flash, RNNP_BOOT_POWER, true, true);
  puts("ready");
  fflush(stdout);
  for (;;) {
    const int line = accept(listener, NULL, NULL);
    if (line < 0) {
      return 1;
    }
    device.output_length = 0;
    serve(line);
    close(line);
  }
}
