/* Shared by the files of the host board. */
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

/* Open a serial line; each prints the reason of a failure. */
bool host_serial_stdio(void);
bool host_serial_unix(const char *path);
bool host_serial_pty(const char *link);

/* File descriptor for writing; -1 while no peer is connected. */
int host_serial_output(void);

/* Waits for input or a connection; returns the file descriptor for reading, or -1. */
int host_serial_wait(int milliseconds);

/* The peer has disconnected. */
void host_serial_closed(void);

void host_build_hash(uint8_t hash[8]);

/* Starts the program again with the same arguments; `reason` is an rnnp_boot_reason. */
void host_restart(uint8_t reason);

#endif
