#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "host_board.h"

static int input = -1;
static int output = -1;
static int listener = -1;
static int slave = -1;
static bool ends_with_input;
static const char *pty_link;

static bool set_nonblocking(int file) { return fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK) == 0; }

bool host_serial_stdio(void) {
  input = STDIN_FILENO;
  output = STDOUT_FILENO;
  ends_with_input = true;
  return set_nonblocking(input) && set_nonblocking(output);
}

bool host_serial_unix(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    fprintf(stderr, "rnnp-firmware: the socket path %s is longer than %zu bytes\n", path, sizeof address.sun_path - 1);
    return false;
  }
  strcpy(address.sun_path, path);
  unlink(path);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0) {
    fprintf(stderr, "rnnp-firmware: cannot listen on %s: %s\n", path, strerror(errno));
    return false;
  }
  return true;
}

static void remove_link(void) { unlink(pty_link); }

bool host_serial_pty(const char *link) {
  struct termios settings;
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
    fprintf(stderr, "rnnp-firmware: cannot open a pseudo-terminal: %s\n", strerror(errno));
    return false;
  }
  /* held open so that the line does not hang up when a peer leaves */
  slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0 || tcgetattr(slave, &settings) != 0) {
    fprintf(stderr, "rnnp-firmware: cannot open %s: %s\n", ptsname(master), strerror(errno));
    return false;
  }
  cfmakeraw(&settings);
  tcsetattr(slave, TCSANOW, &settings);
  unlink(link);
  if (symlink(ptsname(master), link) != 0) {
    fprintf(stderr, "rnnp-firmware: cannot create %s: %s\n", link, strerror(errno));
    return false;
  }
  pty_link = link;
  atexit(remove_link);
  input = master;
  output = master;
  return set_nonblocking(master);
}

int host_serial_output(void) { return output; }

int host_serial_wait(int milliseconds) {
  struct pollfd wait = {.fd = input >= 0 ? input : listener, .events = POLLIN};
  if (poll(&wait, 1, milliseconds) <= 0) {
    return -1;
  }
  if (input >= 0) {
    return input;
  }
  input = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  output = input;
  return -1;
}

void host_serial_closed(void) {
  if (ends_with_input) {
    exit(0);
  }
  if (listener >= 0 && input >= 0) {
    close(input);
    input = -1;
    output = -1;
  }
}
