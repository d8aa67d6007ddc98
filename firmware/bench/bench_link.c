/*
 * Measures a frame that comes over the link: instructions of receiving, decoding and computing in the firmware's main loop. The file
 * that the command line names has the host's messages as link_stream.py writes them. The bytes go to the link one at a time, as the
 * interrupt of a serial port passes them; the entry of the interrupt and the access to the port's registers are not part of the figure.
 */
#include <string.h>

#include "board.h"
#include "fault.h"
#include "print.h"
#include "rnnp/rnnp_link.h"
#include "rnnp_firmware.h"
#include "semihosting.h"

#define MOST_MESSAGE_BYTES 600u

void __wrap_board_serial_open(board_receive_t receive, void *context);
size_t __wrap_board_serial_write(const uint8_t *bytes, size_t count);
void __wrap_board_idle(void);
void __wrap_rnnp_link_send_result(rnnp_link_t *link, const rnnp_link_result_t *result);
void __real_rnnp_link_send_result(rnnp_link_t *link, const rnnp_link_result_t *result);

static board_receive_t receive_bytes;
static void *receive_context;
static bool idle;
static uint32_t results;
static uint32_t detections;

void __wrap_board_serial_open(board_receive_t receive, void *context) {
  receive_bytes = receive;
  receive_context = context;
}

size_t __wrap_board_serial_write(const uint8_t *bytes, size_t count) {
  (void)bytes;
  return count;
}

void __wrap_board_idle(void) { idle = true; }

void __wrap_rnnp_link_send_result(rnnp_link_t *link, const rnnp_link_result_t *result) {
  results += result->status == RNNP_STATUS_OK;
  detections = result->total;
  __real_rnnp_link_send_result(link, result);
}

void fault_handler(void) { fail("fault"); }

static void work(void) {
  for (idle = false; !idle;) {
    rnnp_firmware_poll();
  }
}

int main(void) {
  static char path[256];
  static uint8_t bytes[MOST_MESSAGE_BYTES];
  uint32_t ticks = 0;
  uint32_t count = 0;
  uint16_t length;
  semihosting_command_line(path, sizeof path);
  int file = semihosting_open(path);
  rnnp_firmware_start();
  work(); /* compares the package's checksum */
  while (file >= 0 && semihosting_read(file, &length, sizeof length) && length <= sizeof bytes && semihosting_read(file, bytes, length)) {
    uint32_t start = board_ticks();
    for (uint16_t i = 0; i < length; i++) {
      (void)receive_bytes(receive_context, bytes + i, 1);
    }
    work();
    ticks += board_ticks() - start;
    count += length;
  }
  if (results != 1) {
    fail("no result");
  }
  print_field("{\"ticksHz\": ", board_ticks_hz());
  print_field(", \"instructions\": ", ticks);
  print_field(", \"bytes\": ", count);
  print_field(", \"detections\": ", detections);
  semihosting_print("}\n");
  semihosting_exit(0);
}
