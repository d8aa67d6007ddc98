/* Between the parts of the host board. */
#ifndef RNNP_HOST_BOARD_H
#define RNNP_HOST_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Set in the environment of a process that board_reboot has started. */
#define HOST_REBOOTED "RNNP_HOST_REBOOTED"

typedef struct {
  uint8_t *bytes;
  size_t size;
} host_mapping_t;

bool host_board_use_model(const char *path);
bool host_board_use_store(const char *path);

/* Serial lines; each prints why it failed. */
bool host_serial_stdio(void);
bool host_serial_unix(const char *path);
bool host_serial_pty(const char *link);

/* File descriptor to write to, -1 while nobody is connected. */
int host_serial_output(void);

/* Waits for input, or for somebody to connect; returns the file descriptor to read from or -1. */
int host_serial_wait(int milliseconds);

/* The peer has gone. */
void host_serial_closed(void);

void host_build_hash(uint8_t hash[8]);

/* Starts the program again with the same arguments. */
void host_restart(void);

#endif
