/* Start and fallback of the application: damaged slots, a failing journal, packages that the link cannot feed. */
#include "../../src/app/rnnp_firmware.c"

#include <stdlib.h>

#include "memory_slots.h"
#include "rnnp/rnnp_sha256.h"
#include "rnnp_test.h"
#include "sketch.h"

static rnnp_test_file_t slots;
static rnnp_test_file_t arena;
static rnnp_test_file_t built_in;
static rnnp_test_file_t detector;
static rnnp_test_file_t classifier;
static rnnp_slot_storage_t storage;
static const uint8_t digest[RNNP_SHA256_BYTES] = {1, 2, 3};
static bool journal_fails;
static uint32_t feeds; /* of the watchdog */

const char *const board_name = "test";

uint8_t *board_slot_memory(void) { return slots.bytes; }
uint32_t board_clock_hz(void) { return 0; }
uint32_t board_ticks(void) { return 0; }
uint32_t board_ticks_hz(void) { return 1; }
uint32_t board_millis(void) { return 0; }
size_t board_serial_write(const uint8_t *bytes, size_t count) { return bytes ? count : 0; }
void board_idle(void) {}
void board_watchdog_start(void) {}
void board_watchdog_feed(void) { feeds++; }
const rnnp_wire_fault_t *board_last_fault(void) { return NULL; }
uint32_t board_stack_used(void) { return 0; }
uint8_t board_boot_reason(void) { return 0; }
void board_reboot(void) { abort(); }
const uint8_t *board_model_sha256(void) { return digest; }
void board_build_hash(uint8_t hash[8]) { memset(hash, 0, 8); }
void board_device_id(uint8_t id[12]) { memset(id, 0, 12); }

void board_serial_open(board_receive_t receive, void *context) {
  (void)receive;
  (void)context;
  CHECK(!firmware.has_model || !firmware.checked); /* the port opens before the checksum is compared */
}

void *board_arena(uint32_t *bytes) {
  *bytes = (uint32_t)arena.size;
  return arena.bytes;
}

const void *board_model(uint32_t *bytes) {
  *bytes = (uint32_t)built_in.size;
  return built_in.bytes;
}

static int program_or_fail(void *context, enum rnnp_storage_area area, uint32_t offset, const uint8_t *bytes, uint32_t count) {
  (void)context;
  return journal_fails ? -1 : board_slot_storage()->program(context, area, offset, bytes, count);
}

static void restart(void) {
  memset(&firmware, 0, sizeof firmware);
  memset(arena.bytes, 0xa5, arena.size);
  rnnp_firmware_start();
}

static void sha256_of(const rnnp_test_file_t *file, uint8_t sha256[RNNP_SHA256_BYTES]) {
  rnnp_sha256_t sha;
  rnnp_sha256_init(&sha);
  rnnp_sha256_update(&sha, file->bytes, file->size);
  rnnp_sha256_final(&sha, sha256);
}

/* As a host uploads it. */
static enum rnnp_wire_status store_model(uint8_t slot, const rnnp_test_file_t *file) {
  rnnp_slot_store_t *store = firmware.store;
  uint8_t sha256[RNNP_SHA256_BYTES];
  sha256_of(file, sha256);
  CHECK(rnnp_slot_store_begin(store, slot, (uint32_t)file->size, sha256) == RNNP_SLOT_OK);
  CHECK(rnnp_slot_store_write(store, slot, 0, file->bytes, (uint32_t)file->size) == RNNP_SLOT_OK);
  CHECK(rnnp_slot_store_check_hash(store, slot, NULL, NULL) == RNNP_SLOT_OK);
  enum rnnp_wire_status status = handlers.check_model(NULL, slot, (uint32_t)file->size);
  if (status == RNNP_STATUS_OK) {
    CHECK(rnnp_slot_store_mark_verified(store, slot) == RNNP_SLOT_OK);
  }
  return status;
}

static void use_slot(uint8_t slot) {
  CHECK(rnnp_slot_store_activate(firmware.store, slot) == RNNP_SLOT_OK);
  CHECK(handlers.activate(NULL, slot) == RNNP_STATUS_OK);
  CHECK(rnnp_slot_store_confirm(firmware.store) == RNNP_SLOT_OK);
}

/* A detector in slot 1, and a classifier in slot 0, which is active. */
static void fill_slots(void) {
  journal_fails = false;
  memset(slots.bytes, 0xff, slots.size);
  restart();
  CHECK(store_model(0, &classifier) == RNNP_STATUS_OK && store_model(1, &detector) == RNNP_STATUS_OK);
  use_slot(1);
  use_slot(0);
  restart();
  CHECK(firmware.link.active_slot == 0 && firmware.has_model);
}

static enum rnnp_wire_status run_frame(void) {
  const rnnp_header_t *header = firmware.model.header;
  static const uint8_t row[RNNP_LINK_MAX_WIDTH];
  rnnp_wire_frame_begin_t begin = {.frame = 1, .width = header->width, .height = header->height};
  enum rnnp_wire_status status = handlers.frame_begin(NULL, &begin);
  for (uint16_t y = 0; y < begin.height && status == RNNP_STATUS_OK; y++) {
    status = handlers.frame_row(NULL, 1, y, row);
  }
  return status;
}

static bool uses(const rnnp_test_file_t *file) {
  return firmware.has_model && strcmp(firmware.model.header->name, ((const rnnp_header_t *)(const void *)file->bytes)->name) == 0;
}

static void test_built_in(void) {
  memset(slots.bytes, 0xff, slots.size);
  restart();
  CHECK(firmware.link.active_slot == RNNP_SLOT_BUILT_IN && uses(&built_in) && !firmware.checked);
  CHECK(run_frame() == RNNP_STATUS_OK && firmware.checked);
  restart();
  for (size_t turns = 0; turns < built_in.size / CHECK_BYTES + 2; turns++) {
    rnnp_firmware_poll();
  }
  CHECK(firmware.checked && uses(&built_in));
  uint32_t sha = 0;
  memcpy(&sha, digest, sizeof sha);
  CHECK(firmware.link.active_model == sha);
}

/* Damage that the layout shows is found before the port opens. */
static void test_damaged_layout(void) {
  fill_slots();
  slots.bytes[0] ^= 1;
  restart();
  CHECK(firmware.link.active_slot == 1 && uses(&detector));
  slots.bytes[MEMORY_SLOT_BYTES] ^= 1;
  restart();
  CHECK(firmware.link.active_slot == RNNP_SLOT_BUILT_IN && uses(&built_in));
  CHECK(firmware.store->record.slots[0].state == RNNP_SLOT_FAILED && firmware.store->record.slots[1].state == RNNP_SLOT_FAILED);
  CHECK(run_frame() == RNNP_STATUS_OK);
}

static void damage_weight(uint8_t slot) {
  const uint8_t *package = slots.bytes + slot * MEMORY_SLOT_BYTES;
  rnnp_model_t model;
  CHECK(rnnp_model_open_unhashed(&model, package, ((const rnnp_header_t *)(const void *)package)->total_bytes) == RNNP_OK);
  slots.bytes[slot * MEMORY_SLOT_BYTES + model.layers[0].section[0].offset] ^= 1;
}

/* Damage that only the checksum shows is found before the first frame, in both slots in turn. */
static void test_damaged_weight(void) {
  fill_slots();
  damage_weight(0);
  restart();
  CHECK(firmware.link.active_slot == 0 && firmware.has_model);
  (void)run_frame(); /* of the wrong size, perhaps: the model has changed */
  CHECK(firmware.link.active_slot == 1 && uses(&detector) && firmware.checked);
  CHECK(run_frame() == RNNP_STATUS_OK);
  damage_weight(1);
  restart();
  for (size_t turns = 0; turns < (built_in.size + detector.size) / CHECK_BYTES + 4; turns++) {
    rnnp_firmware_poll();
  }
  CHECK(firmware.link.active_slot == RNNP_SLOT_BUILT_IN && uses(&built_in) && firmware.checked);
}

/* What is reported is what runs, even when it cannot be written down. */
static void test_failing_journal(void) {
  fill_slots();
  damage_weight(0);
  damage_weight(1);
  restart();
  storage = *board_slot_storage();
  storage.program = program_or_fail;
  firmware.store->storage = &storage;
  journal_fails = true;
  for (size_t turns = 0; turns < 100; turns++) {
    rnnp_firmware_poll();
  }
  CHECK(firmware.link.active_slot == RNNP_SLOT_BUILT_IN && uses(&built_in) && firmware.checked);
}

/* A classifier whose weights do not depend on the size of the picture, made wide. */
static void test_wide_model(const char *path) {
  rnnp_test_file_t wide = rnnp_test_load(path);
  rnnp_header_t *header = (rnnp_header_t *)(void *)wide.bytes;
  rnnp_layer_t *layers = (rnnp_layer_t *)(void *)(wide.bytes + header->layers_offset);
  rnnp_model_t model;
  uint16_t width = header->width = RNNP_LINK_MAX_WIDTH + 8;
  header->arena_bytes = 1u << 24;
  for (uint32_t i = 0; i < header->layer_count && layers[i].op != RNNP_OP_DENSE; i++) {
    layers[i].in_width = width;
    uint32_t out = (width + layers[i].stride - 1u) / layers[i].stride;
    width = (uint16_t)(layers[i].op == RNNP_OP_AVGPOOL ? 1u : out);
    layers[i].out_width = width;
  }
  sketch_checksum(&wide);
  CHECK(rnnp_model_open(&model, wide.bytes, wide.size) == RNNP_OK);
  fill_slots();
  CHECK(rnnp_slot_store_discard(firmware.store, 1) == RNNP_SLOT_OK);
  CHECK(store_model(1, &wide) == RNNP_STATUS_BAD_MODEL);
  CHECK(handlers.activate(NULL, 1) == RNNP_STATUS_BAD_MODEL && uses(&classifier) && run_frame() == RNNP_STATUS_OK);
  rnnp_test_unload(&wide);
}

/* 1.1 G multiply-accumulates in 270 KB. */
static void test_too_much_work(void) {
  const sketch_layer_t layers[] = {{.op = RNNP_OP_POINTWISE, .channels = 512}, {.op = RNNP_OP_POINTWISE, .channels = 512}};
  rnnp_test_file_t heavy = sketch_package(64, 64, layers, 2);
  rnnp_model_t model;
  CHECK(rnnp_model_open(&model, heavy.bytes, heavy.size) == RNNP_OK && model.work > RNNP_WORK_LIMIT);
  CHECK(model.arena_bytes <= arena.size);
  fill_slots();
  CHECK(firmware.link.identity->work_limit == RNNP_WORK_LIMIT);
  CHECK(rnnp_slot_store_discard(firmware.store, 1) == RNNP_SLOT_OK);
  CHECK(store_model(1, &heavy) == RNNP_STATUS_TOO_MUCH_WORK);
  CHECK(handlers.activate(NULL, 1) == RNNP_STATUS_TOO_MUCH_WORK && uses(&classifier) && run_frame() == RNNP_STATUS_OK);
  rnnp_test_unload(&heavy);
}

static void put_reset(void) {
  const rnnp_wire_reset_t reset = {.magic = RNNP_LINK_MAGIC, .nonce = 0x77, .version_min = 1, .version_max = 1, .max_payload = 512};
  const rnnp_wire_header_t header = {.version = 1, .type = RNNP_MSG_RESET, .session = 0x77, .length = sizeof reset};
  uint8_t encoded[RNNP_FRAME_ENCODED_MAX(sizeof reset)];
  size_t count = rnnp_frame_encode(encoded, &header, (const uint8_t *)&reset);
  CHECK(rnnp_link_receive_bytes(&firmware.link, encoded, count) == count);
}

/* RESET stops a row, the last stages and the comparison of checksums, and each of them feeds the watchdog. */
static void test_reset_while_computing(void) {
  fill_slots();
  const rnnp_header_t *header = firmware.model.header;
  const uint8_t row[RNNP_LINK_MAX_WIDTH] = {0};
  const rnnp_wire_frame_begin_t begin = {.frame = 1, .width = header->width, .height = header->height};
  put_reset();
  CHECK(handlers.frame_begin(NULL, &begin) == RNNP_STATUS_ENGINE);
  CHECK(handlers.check_model(NULL, 1, (uint32_t)detector.size) == RNNP_STATUS_NOT_VERIFIED);
  while (rnnp_link_poll(&firmware.link)) {
  }
  CHECK(rnnp_link_connected(&firmware.link));
  for (uint16_t last = 0; last < header->height; last = (uint16_t)(last + header->height - 1)) {
    restart();
    uint32_t before = feeds;
    CHECK(handlers.frame_begin(NULL, &begin) == RNNP_STATUS_OK);
    for (uint16_t y = 0; y < last; y++) {
      CHECK(handlers.frame_row(NULL, 1, y, row) == RNNP_STATUS_OK);
    }
    CHECK(feeds > before);
    put_reset();
    CHECK(handlers.frame_row(NULL, 1, last, row) == RNNP_STATUS_ENGINE && !firmware.engine.running);
  }
}

static rnnp_test_file_t load(const char *folder, const char *name, char *path, size_t size) {
  snprintf(path, size, "%s/%s", folder, name);
  return rnnp_test_load(path);
}

/* Argument: the folder of packages. */
int main(int argc, char **argv) {
  char path[1024];
  if (argc < 2) {
    printf("usage: test_firmware FOLDER\n");
    return 2;
  }
  detector = load(argv[1], "detector.rnnp", path, sizeof path);
  built_in = load(argv[1], "pointwise-last.rnnp", path, sizeof path);
  classifier = load(argv[1], "unread-rows.rnnp", path, sizeof path);
  slots = rnnp_test_allocate(MEMORY_SLOTS_BYTES);
  arena = rnnp_test_allocate(1u << 20);
  test_built_in();
  test_damaged_layout();
  test_damaged_weight();
  test_failing_journal();
  test_wide_model(path);
  test_too_much_work();
  test_reset_while_computing();
  return rnnp_test_summary("test_firmware");
}
