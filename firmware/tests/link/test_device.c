#include "test_device.h"

#include <string.h>

void test_flash_init(test_flash_t *flash) {
  memset(flash, 0, sizeof *flash);
  memset(flash->slots, 0xFF, sizeof flash->slots);
  memset(flash->journals, 0xA5, sizeof flash->journals); /* as a new board may be */
}

static uint8_t *area_bytes(test_flash_t *flash, enum rnnp_storage_area area, uint32_t *size) {
  if (area == RNNP_AREA_SLOT_0 || area == RNNP_AREA_SLOT_1) {
    *size = TEST_SLOT_BYTES;
    return flash->slots[area];
  }
  *size = TEST_JOURNAL_BYTES;
  return flash->journals[area - RNNP_AREA_JOURNAL_0];
}

/* False: power fails during this operation. */
static bool count_operation(test_flash_t *flash) {
  flash->operations++;
  if (flash->operations == flash->fail_at) {
    flash->dead = true;
  }
  return !flash->dead;
}

static int flash_erase(void *context, enum rnnp_storage_area area, uint32_t offset) {
  test_flash_t *flash = context;
  uint32_t size = 0;
  uint8_t *bytes = area_bytes(flash, area, &size);
  const uint32_t block = area <= RNNP_AREA_SLOT_1 ? TEST_ERASE_BYTES : TEST_JOURNAL_BYTES;
  if (flash->dead || offset % block != 0 || offset >= size) {
    return -1;
  }
  const bool powered = count_operation(flash);
  memset(bytes + offset, 0xFF, powered ? block : block / 2u + 3u);
  return powered ? 0 : -1;
}

static int flash_program(void *context, enum rnnp_storage_area area, uint32_t offset, const uint8_t *source, uint32_t count) {
  test_flash_t *flash = context;
  uint32_t size = 0;
  uint8_t *bytes = area_bytes(flash, area, &size);
  if (flash->dead || offset > size || count > size - offset) {
    return -1;
  }
  const bool powered = count_operation(flash);
  const uint32_t written = powered ? count : count / 2u + 1u;
  for (uint32_t i = 0; i < written && i < count; i++) {
    flash->overwritten = flash->overwritten || bytes[offset + i] != 0xFF;
    bytes[offset + i] &= source[i];
  }
  return powered ? 0 : -1;
}

static int flash_read(void *context, enum rnnp_storage_area area, uint32_t offset, uint8_t *target, uint32_t count) {
  test_flash_t *flash = context;
  uint32_t size = 0;
  const uint8_t *bytes = area_bytes(flash, area, &size);
  if (flash->dead || offset > size || count > size - offset) {
    return -1;
  }
  memcpy(target, bytes + offset, count);
  return 0;
}

static size_t line_write(void *context, const uint8_t *bytes, size_t count) {
  test_device_t *device = context;
  const size_t room = device->output_limit > device->output_length ? device->output_limit - device->output_length : 0;
  const size_t taken = count < room ? count : room;
  memcpy(device->output + device->output_length, bytes, taken);
  device->output_length += taken;
  return taken;
}

static uint32_t clock_now(void *context) {
  const test_device_t *device = context;
  return device->now_ms;
}

static enum rnnp_wire_status on_begin(void *context, const rnnp_wire_frame_begin_t *begin) {
  test_device_t *device = context;
  if (begin->height > 1024) {
    return RNNP_STATUS_WRONG_SIZE;
  }
  device->frame = begin->frame;
  device->width = begin->width;
  device->height = begin->height;
  device->next_row = 0;
  device->crc = 0;
  return RNNP_STATUS_OK;
}

uint16_t test_expected_detections(uint32_t crc, uint32_t width, uint32_t height, rnnp_wire_detection_t *detections) {
  uint32_t state = crc;
  const uint16_t total = (uint16_t)(crc % 41u);
  for (uint16_t i = 0; i < total; i++) {
    rnnp_wire_detection_t *box = &detections[i];
    memset(box, 0, sizeof *box);
    state = state * 1664525u + 1013904223u;
    box->x = (int16_t)(state % (width * 16u));
    state = state * 1664525u + 1013904223u;
    box->y = (int16_t)(state % (height * 16u));
    box->width = (uint16_t)(state >> 20);
    box->height = (uint16_t)(state >> 18 & 0xFFFu);
    box->score = (uint16_t)(65535u - i * 1000u);
    box->label = (uint8_t)(state >> 30);
  }
  return total;
}

static enum rnnp_wire_status on_row(void *context, uint16_t frame, uint16_t row, const uint8_t *pixels) {
  test_device_t *device = context;
  if (frame != device->frame || row != device->next_row || row >= device->height) {
    return RNNP_STATUS_BAD_ROWS;
  }
  device->next_row++;
  device->rows_seen++;
  device->crc = rnnp_crc32(device->crc, pixels, device->width);
  if (device->while_computing) {
    device->while_computing();
  }
  device->stopped = !rnnp_link_attend(&device->link); /* as an engine does that computes for long */
  if (device->stopped) {
    return RNNP_STATUS_ENGINE;
  }
  if (device->next_row < device->height) {
    return RNNP_STATUS_OK;
  }
  if (device->failing_engine) {
    return RNNP_STATUS_ENGINE;
  }
  const rnnp_link_result_t result = {
    .frame = frame,
    .status = RNNP_STATUS_OK,
    .total = test_expected_detections(device->crc, device->width, device->height, device->detections),
    .detections = device->detections,
    .ticks_hz = 1000000u,
    .ticks = device->crc,
    .arena_bytes = 4096u,
    .stack_bytes = 512u,
  };
  rnnp_link_send_result(&device->link, &result);
  return RNNP_STATUS_OK;
}

static void on_abort(void *context, uint16_t frame) {
  test_device_t *device = context;
  (void)frame;
  device->height = 0;
}

static void on_describe(void *context, uint8_t slot, rnnp_wire_slot_info_t *info) {
  const test_device_t *device = context;
  (void)device;
  static const char name[] = "crc-boxes";
  memcpy(info->name, name, sizeof name - 1u);
  info->width = 320;
  info->height = 240;
  info->arena_bytes = 4096;
  if (slot == RNNP_SLOT_BUILT_IN) {
    info->size = 100;
    memset(info->sha256, 0xBB, sizeof info->sha256);
  }
}

static enum rnnp_wire_status on_check_model(void *context, uint8_t slot, uint32_t size) {
  const test_device_t *device = context;
  return size > 0 && device->flash->slots[slot][0] == TEST_BAD_MODEL ? RNNP_STATUS_BAD_MODEL : RNNP_STATUS_OK;
}

static enum rnnp_wire_status on_activate(void *context, uint8_t slot) {
  test_device_t *device = context;
  device->active_slot = slot;
  return RNNP_STATUS_OK;
}

static void on_reboot(void *context) {
  test_device_t *device = context;
  device->reboots_asked++;
}

void test_device_start(test_device_t *device, test_flash_t *flash, uint8_t boot_reason, bool slots, bool built_in) {
  const uint32_t now = device->now_ms;
  memset(device, 0, sizeof *device);
  device->now_ms = now;
  device->flash = flash;
  device->built_in = built_in;
  device->output_limit = TEST_OUTPUT_BYTES;
  device->port = (rnnp_link_port_t){.context = device, .write = line_write, .now_ms = clock_now};
  device->handlers = (rnnp_link_handlers_t){
    .context = device,
    .frame_begin = on_begin,
    .frame_row = on_row,
    .frame_abort = on_abort,
    .describe = on_describe,
    .check_model = on_check_model,
    .activate = on_activate,
    .reboot = on_reboot,
  };
  device->identity = (rnnp_link_identity_t){
    .board = "test",
    .clock_hz = 1000000u,
    .firmware_version = {1, 2, 3},
    .build_hash = {0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4},
    .device_id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
    .boot_reason = boot_reason,
    .has_built_in_model = built_in,
  };
  rnnp_slot_store_t *store = NULL;
  if (slots) {
    flash->dead = false;
    flash->fail_at = 0;
    device->storage = (rnnp_slot_storage_t){
      .context = flash,
      .slot_bytes = TEST_SLOT_BYTES,
      .slot_erase_bytes = TEST_ERASE_BYTES,
      .journal_bytes = TEST_JOURNAL_BYTES,
      .program_bytes = 8,
      .erase_ms = 20,
      .erase = flash_erase,
      .program = flash_program,
      .read = flash_read,
    };
    if (rnnp_slot_store_mount(&device->store, &device->storage, built_in) == RNNP_SLOT_OK) {
      store = &device->store;
    }
  }
  rnnp_link_init(&device->link, &device->port, &device->handlers, &device->identity, store);
  device->active_slot = device->link.active_slot;
}

size_t test_device_take(test_device_t *device, uint8_t *bytes, size_t capacity) {
  const size_t count = device->output_length < capacity ? device->output_length : capacity;
  memcpy(bytes, device->output, count);
  device->output_length -= count;
  memmove(device->output, device->output + count, device->output_length);
  return count;
}
