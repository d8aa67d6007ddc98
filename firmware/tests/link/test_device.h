/* A device for tests of the link: slots in memory, with power that can fail at any operation, and an engine that answers
   with boxes made from the CRC-32 of the picture, so that a single wrong pixel is noticed. */
#ifndef TEST_DEVICE_H
#define TEST_DEVICE_H

#include "rnnp/rnnp_link.h"

#define TEST_SLOT_BYTES (128u * 1024u)
#define TEST_ERASE_BYTES 4096u
#define TEST_JOURNAL_BYTES 1024u
#define TEST_MAX_DETECTIONS 128u
#define TEST_BAD_MODEL 0xEEu /* a model that begins with this byte is refused */
#define TEST_OUTPUT_BYTES 65536u

typedef struct {
  uint8_t slots[2][TEST_SLOT_BYTES];
  uint8_t journals[2][TEST_JOURNAL_BYTES];
  uint32_t operations; /* erases and programs so far */
  uint32_t fail_at;    /* the operation that power fails in; 0: none */
  bool dead;           /* power has failed */
  bool overwritten;    /* something was programmed that was not erased: a bug in the store */
} test_flash_t;

typedef struct {
  rnnp_link_t link;
  rnnp_slot_store_t store;
  rnnp_slot_storage_t storage;
  rnnp_link_port_t port;
  rnnp_link_handlers_t handlers;
  rnnp_link_identity_t identity;
  test_flash_t *flash;
  uint32_t now_ms;

  uint16_t frame;
  uint16_t height;
  uint16_t next_row;
  uint32_t width;
  uint32_t crc;
  uint32_t rows_seen;
  bool failing_engine;
  void (*while_computing)(void);                         /* is called in the middle of a row */
  bool stopped; /* the link has asked the row to stop */ /* every frame fails: to try the fallback */
  bool built_in;
  uint8_t active_slot;
  uint32_t reboots_asked;
  rnnp_wire_detection_t detections[TEST_MAX_DETECTIONS];

  size_t output_length;
  size_t output_limit; /* room that the line has: the link must cope with any */
  uint8_t output[TEST_OUTPUT_BYTES];
} test_device_t;

void test_flash_init(test_flash_t *flash);

/* Starts the device as after power-on or reset; flash keeps its content. slots: whether the board has writable ones. */
void test_device_start(test_device_t *device, test_flash_t *flash, uint8_t boot_reason, bool slots, bool built_in);

/* Takes up to capacity bytes that the device has sent. */
size_t test_device_take(test_device_t *device, uint8_t *bytes, size_t capacity);

/* The answer of the test engine to a picture with that CRC-32. */
uint16_t test_expected_detections(uint32_t crc, uint32_t width, uint32_t height, rnnp_wire_detection_t *detections);

#endif
