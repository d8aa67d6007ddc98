/* The functions that a board implements. No code outside boards/ accesses registers or file descriptors. */
#ifndef RNNP_BOARD_H
#define RNNP_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rnnp/rnnp_link_wire.h"
#include "rnnp/rnnp_slot_store.h"

extern const char *const board_name;

/* The rate of the core's clock; 0: unknown. */
uint32_t board_clock_hz(void);

/* A free-running 32-bit counter for measuring computations, and its rate. */
uint32_t board_ticks(void);
uint32_t board_ticks_hz(void);

/* Milliseconds since start; wraps around. */
uint32_t board_millis(void);

/* Receives bytes from the serial line, on microcontrollers in an interrupt. Returns the number of accepted bytes; the board offers the
   others again, or drops them and reports the loss by a call with null as bytes. So it reports an overrun of the port, too. */
typedef size_t (*board_receive_t)(void *context, const uint8_t *bytes, size_t count);

/* Opens the serial line. */
void board_serial_open(board_receive_t receive, void *context);

/* Sends as many bytes as fit without waiting, and returns their number. */
size_t board_serial_write(const uint8_t *bytes, size_t count);

/* Sleeps until the serial port needs service, for about a millisecond at most. */
void board_idle(void);

/* Largest stack use in bytes since start; 0: not measured. */
uint32_t board_stack_used(void);

/* Unused memory between static data and the stack, aligned to 16. */
void *board_arena(uint32_t *bytes);

/* The package that is linked in, or null. */
const void *board_model(uint32_t *bytes);

/* SHA-256 of that package's file, computed when the firmware was built or the file was opened. */
const uint8_t *board_model_sha256(void);

/* Memory for two uploaded packages, or null when the board has no writable memory for them. */
const rnnp_slot_storage_t *board_slot_storage(void);

/* The variables of their store, or null. */
rnnp_slot_store_t *board_slot_store(void);

/* Address of a slot's bytes, a multiple of 16. */
const void *board_slot_bytes(uint8_t slot);

/* 8 bytes that change with every build of the firmware. */
void board_build_hash(uint8_t hash[8]);

/* 12 bytes that identify the board among others of its kind. */
void board_device_id(uint8_t id[12]);

/* Reason of the last start: enum rnnp_boot_reason. */
uint8_t board_boot_reason(void);

/* The fault that ended the run before this one, or null. */
const rnnp_wire_fault_t *board_last_fault(void);

/* Starts the watchdog, which resets the board 8 seconds after it was last fed. Only the main loop and the progress of a computation
   feed it, never an interrupt. */
void board_watchdog_start(void);
void board_watchdog_feed(void);

void board_reboot(void);

#endif
