#include "rnnp_firmware.h"

#include <string.h>

#include "board.h"
#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_link.h"

#ifndef RNNP_FIRMWARE_VERSION
#define RNNP_FIRMWARE_VERSION 0, 2, 0
#endif

/* Most multiply-accumulates of a frame: about four seconds on a Cortex-M4 at 168 MHz. */
#ifndef RNNP_WORK_LIMIT
#define RNNP_WORK_LIMIT 400000000u
#endif

#define CHECK_BYTES 1024u /* of the checksum at a time: about a millisecond on a Cortex-M4 */

static struct {
  rnnp_link_t link;
  rnnp_slot_store_t *store; /* null: no slots */
  bool has_model;
  bool checked; /* the checksum of the model has been compared */
  rnnp_model_t model;
  rnnp_engine_t engine;
  rnnp_model_checksum_t *checksum; /* in the arena, which no frame uses before the checksum has been compared */
  uint16_t frame;
  uint32_t row;
  uint64_t ticks;
} firmware;

_Static_assert(sizeof(rnnp_wire_detection_t) <= sizeof(rnnp_detection_t), "detections are turned into wire format where they lie");

static size_t take_bytes(void *context, const uint8_t *bytes, size_t count) {
  (void)context;
  if (bytes == NULL) {
    rnnp_link_receive_lost(&firmware.link, count);
    return 0;
  }
  return rnnp_link_receive_bytes(&firmware.link, bytes, count);
}

static size_t write_bytes(void *context, const uint8_t *bytes, size_t count) {
  (void)context;
  return board_serial_write(bytes, count);
}

static uint32_t now_ms(void *context) {
  (void)context;
  return board_millis();
}

/* The package in a slot, or the linked-in one. */
static const void *package_at(uint8_t slot, uint32_t *bytes) {
  if (slot == RNNP_SLOT_BUILT_IN) {
    return board_model(bytes);
  }
  if (!firmware.store || slot >= RNNP_SLOT_COUNT) {
    return NULL;
  }
  *bytes = firmware.store->record.slots[slot].total;
  return board_slot_bytes(slot);
}

/* Everything but the checksum, which takes long. */
static rnnp_status_t open_model(uint8_t slot, rnnp_model_t *model) {
  uint32_t bytes = 0;
  uint32_t arena_bytes;
  const void *package = package_at(slot, &bytes);
  (void)board_arena(&arena_bytes);
  rnnp_status_t status = rnnp_model_open_unhashed(model, package, bytes);
  if (status == RNNP_OK && (model->header->channels != 1 || model->header->width > RNNP_LINK_MAX_WIDTH)) {
    status = RNNP_ERR_UNSUPPORTED; /* the link transfers grey rows of that width at most */
  }
  if (status == RNNP_OK && model->arena_bytes > arena_bytes) {
    status = RNNP_ERR_ARENA;
  }
  if (status == RNNP_OK && model->work > RNNP_WORK_LIMIT) {
    status = RNNP_ERR_WORK;
  }
  return status;
}

static rnnp_status_t use_model(uint8_t slot) {
  rnnp_model_t model;
  uint32_t arena_bytes;
  void *arena = board_arena(&arena_bytes);
  rnnp_status_t status = open_model(slot, &model);
  if (status != RNNP_OK) {
    return status;
  }
  firmware.model = model;
  status = rnnp_engine_init(&firmware.engine, &firmware.model, arena, arena_bytes);
  firmware.has_model = status == RNNP_OK;
  firmware.checked = false;
  firmware.checksum = arena;
  rnnp_model_checksum_begin(firmware.checksum, &firmware.model);
  return status;
}

/* Falls back until a model runs; each step marks a slot as failed. */
static void use_active_model(void) {
  uint8_t active = firmware.store ? firmware.store->record.active : RNNP_SLOT_BUILT_IN;
  while (use_model(active) != RNNP_OK && active < RNNP_SLOT_COUNT) {
    (void)rnnp_slot_store_fall_back(firmware.store);
    active = firmware.store->record.active;
  }
}

/*
 * One step of the checksum of the model in use, which is compared after the port is open: a start must not keep the host waiting.
 * Returns whether there is more to do.
 */
static bool check_in_background(void) {
  if (!firmware.has_model || firmware.checked) {
    return false;
  }
  if (!rnnp_model_checksum_step(firmware.checksum, CHECK_BYTES)) {
    return true;
  }
  firmware.checked = rnnp_model_checksum_end(firmware.checksum) == RNNP_OK;
  if (!firmware.checked) {
    firmware.has_model = false;
    if (firmware.store && firmware.store->record.active < RNNP_SLOT_COUNT) {
      (void)rnnp_slot_store_fall_back(firmware.store);
      use_active_model();
    }
    rnnp_link_refresh_model(&firmware.link);
  }
  return true;
}

/* Progress of a handler. Only progress feeds the watchdog; a frame ends because its work is limited. */
static bool computing(void *context, uint32_t layer) {
  (void)context;
  (void)layer;
  board_watchdog_feed();
  return rnnp_link_attend(&firmware.link);
}

static const rnnp_observer_t observer = {.work = computing};

static enum rnnp_wire_status on_frame_begin(void *context, const rnnp_wire_frame_begin_t *begin) {
  (void)context;
  while (check_in_background()) {
    if (!computing(NULL, 0)) {
      return RNNP_STATUS_ENGINE;
    }
  }
  if (!firmware.has_model) {
    return RNNP_STATUS_NO_MODEL;
  }
  if (begin->width != firmware.model.header->width || begin->height != firmware.model.header->height) {
    return RNNP_STATUS_WRONG_SIZE;
  }
  rnnp_engine_observe(&firmware.engine, &observer);
  uint32_t from = board_ticks();
  rnnp_status_t status = rnnp_engine_begin(&firmware.engine);
  firmware.frame = begin->frame;
  firmware.row = 0;
  firmware.ticks = board_ticks() - from;
  return status == RNNP_OK ? RNNP_STATUS_OK : RNNP_STATUS_ENGINE;
}

/* In place: entry i of the shorter format never extends beyond entry i of the longer one. */
static const rnnp_wire_detection_t *to_wire(const rnnp_result_t *result) {
  uint8_t *base = (uint8_t *)(uintptr_t)result->detections;
  for (uint32_t i = 0; i < result->detection_count; i++) {
    rnnp_detection_t from = result->detections[i];
    rnnp_wire_detection_t wire = {
      .x = (int16_t)from.left,
      .y = (int16_t)from.top,
      .width = (uint16_t)(from.right - from.left),
      .height = (uint16_t)(from.bottom - from.top),
      .score = from.score,
      .label = result->logits ? (uint8_t)from.anchor : 0,
    };
    memcpy(base + i * sizeof wire, &wire, sizeof wire);
  }
  return (const rnnp_wire_detection_t *)(void *)base;
}

/* Not inlined: its variables would be on the stack while rows are computed, where the stack is deepest. */
__attribute__((noinline)) static enum rnnp_wire_status finish_frame(void) {
  rnnp_result_t result;
  uint32_t from = board_ticks();
  rnnp_status_t status = rnnp_engine_finish(&firmware.engine, &result);
  firmware.ticks += board_ticks() - from;
  if (status != RNNP_OK) {
    return RNNP_STATUS_ENGINE;
  }
  rnnp_link_result_t outcome = {
    .frame = firmware.frame,
    .status = RNNP_STATUS_OK,
    .ticks_hz = board_ticks_hz(),
    .ticks = firmware.ticks,
    .arena_bytes = firmware.model.arena_bytes,
    .stack_bytes = board_stack_used(),
  };
  outcome.total = (uint16_t)result.detection_count;
  outcome.detections = to_wire(&result);
  rnnp_link_send_result(&firmware.link, &outcome);
  return RNNP_STATUS_OK;
}

static enum rnnp_wire_status on_frame_row(void *context, uint16_t frame, uint16_t row, const uint8_t *pixels) {
  (void)context;
  if (!firmware.has_model || frame != firmware.frame || row != firmware.row) {
    return RNNP_STATUS_BAD_ROWS;
  }
  uint32_t from = board_ticks();
  rnnp_status_t status = rnnp_engine_push_rows(&firmware.engine, pixels, 1);
  firmware.ticks += board_ticks() - from;
  firmware.row++;
  if (status != RNNP_OK) {
    return RNNP_STATUS_ENGINE;
  }
  return firmware.row == firmware.model.header->height ? finish_frame() : RNNP_STATUS_OK;
}

static void on_frame_abort(void *context, uint16_t frame) {
  (void)context;
  (void)frame;
  firmware.row = UINT32_MAX;
}

static void on_describe(void *context, uint8_t slot, rnnp_wire_slot_info_t *info) {
  (void)context;
  rnnp_model_t model;
  if (open_model(slot, &model) != RNNP_OK) {
    return;
  }
  const rnnp_header_t *header = model.header;
  memcpy(info->name, header->name, sizeof info->name);
  info->width = header->width;
  info->height = header->height;
  info->arena_bytes = model.arena_bytes;
  if (slot == RNNP_SLOT_BUILT_IN) {
    info->size = header->total_bytes;
    memcpy(info->sha256, board_model_sha256(), sizeof info->sha256);
  }
}

static enum rnnp_wire_status to_wire_status(rnnp_status_t status) {
  return status == RNNP_OK ? RNNP_STATUS_OK : status == RNNP_ERR_WORK ? RNNP_STATUS_TOO_MUCH_WORK : RNNP_STATUS_BAD_MODEL;
}

static enum rnnp_wire_status on_check_model(void *context, uint8_t slot, uint32_t size) {
  (void)context;
  (void)size;
  rnnp_model_t model;
  rnnp_model_checksum_t checksum;
  rnnp_status_t status = open_model(slot, &model);
  if (status != RNNP_OK) {
    return to_wire_status(status);
  }
  rnnp_model_checksum_begin(&checksum, &model);
  while (!rnnp_model_checksum_step(&checksum, CHECK_BYTES)) {
    if (!computing(NULL, 0)) {
      return RNNP_STATUS_NOT_VERIFIED;
    }
  }
  return to_wire_status(rnnp_model_checksum_end(&checksum));
}

static enum rnnp_wire_status on_activate(void *context, uint8_t slot) {
  (void)context;
  on_frame_abort(context, firmware.frame);
  return to_wire_status(use_model(slot));
}

static void on_reboot(void *context) {
  (void)context;
  board_reboot();
}

static const rnnp_link_port_t port = {.write = write_bytes, .now_ms = now_ms};

static const rnnp_link_handlers_t handlers = {
  .frame_begin = on_frame_begin,
  .frame_row = on_frame_row,
  .frame_abort = on_frame_abort,
  .describe = on_describe,
  .check_model = on_check_model,
  .activate = on_activate,
  .reboot = on_reboot,
};

void rnnp_firmware_start(void) {
  static rnnp_link_identity_t identity = {.firmware_version = {RNNP_FIRMWARE_VERSION}};
  uint32_t built_in_bytes = 0;
  const rnnp_slot_storage_t *storage = board_slot_storage();
  board_watchdog_start();
  identity.board = board_name;
  identity.clock_hz = board_clock_hz();
  identity.boot_reason = board_boot_reason();
  identity.has_built_in_model = board_model(&built_in_bytes) != NULL;
  identity.work_limit = RNNP_WORK_LIMIT;
  identity.fault = board_last_fault();
  board_device_id(identity.device_id);
  board_build_hash(identity.build_hash);
  rnnp_slot_store_t *store = board_slot_store();
  if (storage && store && rnnp_slot_store_mount(store, storage, identity.has_built_in_model) == RNNP_SLOT_OK) {
    firmware.store = store;
  }
  use_active_model();
  rnnp_link_init(&firmware.link, &port, &handlers, &identity, firmware.store);
  board_serial_open(take_bytes, NULL);
}

void rnnp_firmware_poll(void) {
  board_watchdog_feed();
  bool more = rnnp_link_poll(&firmware.link);
  if (!check_in_background() && !more) {
    board_idle();
  }
}
