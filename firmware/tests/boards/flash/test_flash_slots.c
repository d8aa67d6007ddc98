/*
 * The slot drivers of the STM32F4 and STM32H7 on a simulated flash: power is cut in every operation of three uploads and their
 * activations, and the link's uploads survive the stall of an erase.
 */
#include <string.h>

#include "board.h"
#include "rnnp/rnnp_sha256.h"
#include "rnnp/rnnp_slot_store.h"
#include "simulated_flash.h"
#include "test_host.h"

#define MOST_BYTES 0x28000u
#define MODELS 3u

static uint8_t models[MODELS][MOST_BYTES];
static uint8_t hashes[MODELS][RNNP_SHA256_BYTES];
static uint32_t model_bytes;
static rnnp_slot_store_t store;
static uint32_t feeds;

void board_watchdog_feed(void) { feeds++; }

static void make_models(uint32_t bytes) {
  uint32_t random = bytes;
  model_bytes = bytes;
  for (unsigned m = 0; m < MODELS; m++) {
    for (uint32_t i = 0; i < bytes; i++) {
      models[m][i] = (uint8_t)next_random(&random);
    }
    rnnp_sha256_t hash;
    rnnp_sha256_init(&hash);
    rnnp_sha256_update(&hash, models[m], bytes);
    rnnp_sha256_final(&hash, hashes[m]);
  }
}

/* The model that a slot holds, or MODELS. */
static unsigned model_in(uint8_t slot) {
  for (unsigned m = 0; slot < RNNP_SLOT_COUNT && m < MODELS; m++) {
    if (memcmp(store.record.slots[slot].sha256, hashes[m], sizeof hashes[m]) == 0) {
      return m;
    }
  }
  return MODELS;
}

static bool is_whole(uint8_t slot) {
  const unsigned model = model_in(slot);
  return model < MODELS && memcmp(board_slot_bytes(slot), models[model], model_bytes) == 0;
}

static void upload(uint8_t slot, unsigned model) {
  CHECK_EQUAL(rnnp_slot_store_begin(&store, slot, model_bytes, hashes[model]), RNNP_SLOT_OK);
  while (store.received[slot] < model_bytes) {
    const uint32_t offset = store.received[slot];
    const uint32_t count = model_bytes - offset < 448u ? model_bytes - offset : 448u;
    CHECK_EQUAL(rnnp_slot_store_write(&store, slot, offset, models[model] + offset, count), RNNP_SLOT_OK);
  }
  CHECK_EQUAL(rnnp_slot_store_check_hash(&store, slot, NULL, NULL), RNNP_SLOT_OK);
  CHECK_EQUAL(rnnp_slot_store_mark_verified(&store, slot), RNNP_SLOT_OK);
}

/* The models one after the other, each in the slot that is not in use, as a host uploads them; from wherever the last try ended. */
static void upload_all(void) {
  const uint8_t active = store.record.active;
  for (unsigned m = active < RNNP_SLOT_COUNT ? model_in(active) : 0; m < MODELS; m++) {
    if (model_in(store.record.active) != m) {
      const uint8_t slot = store.record.active == 0 ? 1 : 0;
      upload(slot, m);
      CHECK_EQUAL(rnnp_slot_store_activate(&store, slot), RNNP_SLOT_OK);
    }
    CHECK_EQUAL(rnnp_slot_store_confirm(&store), RNNP_SLOT_OK);
  }
}

static void start(void) {
  simulated_flash_restart();
  CHECK_EQUAL(rnnp_slot_store_mount(&store, board_slot_storage(), true), RNNP_SLOT_OK);
}

/* Returns whether power was cut. */
static bool run_until_cut(uint32_t cut) {
  simulated_flash_new(cut);
  start();
  simulated_flash_cut_at(cut);
  if (setjmp(simulated_power) == 0) {
    upload_all();
    return false;
  }
  return true;
}

static void check_power_cuts(uint32_t bytes, uint32_t step) {
  static uint32_t cut; /* not in a register that longjmp restores */
  make_models(bytes);
  for (cut = 1; run_until_cut(cut); cut += step) {
    start();
    const uint8_t active = store.record.active;
    CHECK(active == RNNP_SLOT_BUILT_IN || is_whole(active));
    CHECK(store.record.trial == 0 || store.record.previous == RNNP_SLOT_BUILT_IN || is_whole(store.record.previous));
    upload_all();
    CHECK(is_whole(store.record.active) && model_in(store.record.active) == MODELS - 1);
    CHECK_EQUAL(simulated_flash_violations(), 0);
  }
  CHECK_EQUAL(simulated_flash_violations(), 0);
  printf("%u bytes: %u operations, power cut at every %u\n", (unsigned)bytes, (unsigned)cut, (unsigned)step);
}

/* Journals fill up, and are erased in turn; power is cut in each of these erases, too. */
static void check_full_journals(void) {
  make_models(64);
  simulated_flash_new(5);
  start();
  upload_all();
  const uint32_t records = 3 * board_slot_storage()->journal_bytes / sizeof(rnnp_slot_record_t);
  for (uint32_t i = 0; i < records; i++) {
    const uint8_t other = store.record.active ^ 1u;
    if (setjmp(simulated_power) == 0) {
      simulated_flash_cut_at(i % 7 == 0 ? 1 + i % 40 : 0);
      (void)rnnp_slot_store_discard(&store, other);
    }
    start();
    CHECK(is_whole(store.record.active) && model_in(store.record.active) == MODELS - 1);
  }
  CHECK_EQUAL(simulated_flash_violations(), 0);
}

static test_flash_t unused;
static test_device_t device;
static test_host_t host;
static uint32_t stalls;
static uint32_t announced;

/* What the device has sent so far, without taking it: the last frame before the stall. */
static uint32_t announced_ms(void) {
  rnnp_frame_decoder_t decoder;
  uint8_t buffer[RNNP_FRAME_BYTES(512u)];
  uint32_t busy = 0;
  rnnp_frame_decoder_init(&decoder, buffer, sizeof buffer);
  for (size_t i = 0; i < device.output_length; i++) {
    rnnp_wire_header_t header;
    rnnp_wire_heartbeat_t beat;
    if (rnnp_frame_decoder_push(&decoder, device.output[i]) != RNNP_FRAME_READY) {
      continue;
    }
    memcpy(&header, buffer, sizeof header);
    memcpy(&beat, buffer + sizeof header, sizeof beat);
    busy = header.type == RNNP_MSG_HEARTBEAT ? beat.busy_ms : 0;
  }
  return busy;
}

static void put_data(uint32_t offset) {
  uint8_t payload[sizeof(rnnp_wire_upload_data_t) + 448u];
  const uint32_t count = model_bytes - offset < 448u ? model_bytes - offset : 448u;
  rnnp_wire_upload_data_t head = {.slot = 0, .offset = offset};
  memcpy(&head.upload, hashes[0], sizeof head.upload);
  memcpy(payload, &head, sizeof head);
  memcpy(payload + sizeof head, models[0] + offset, count);
  host_put(&host, RNNP_MSG_UPLOAD_DATA, RNNP_FLAG_RELIABLE, host.seq++, payload, sizeof head + count);
}

/* The host has sent another message when the announcement reaches it; its bytes overrun the port. */
static void stall(void) {
  stalls++;
  announced += announced_ms() >= board_slot_storage()->erase_ms;
  rnnp_link_receive_lost(&device.link, 476);
  uint8_t rest[8] = {1, 2, 3, 4, 5, 6, 7, 0};
  CHECK_EQUAL(rnnp_link_receive_bytes(&device.link, rest, sizeof rest), sizeof rest);
}

static uint32_t offset_of_last_state(void) {
  rnnp_wire_upload_state_t state = {0};
  for (unsigned i = 0; i < host.count; i++) {
    if (host.messages[i].header.type == RNNP_MSG_UPLOAD_STATE) {
      memcpy(&state, host.messages[i].payload, sizeof state);
      CHECK_EQUAL(state.status, RNNP_STATUS_OK);
    }
  }
  return state.offset;
}

static void check_link_over_stalls(void) {
  make_models(MOST_BYTES - 100);
  simulated_flash_new(7);
  start();
  test_flash_init(&unused);
  memset(&device, 0, sizeof device);
  test_device_start(&device, &unused, RNNP_BOOT_POWER, false, true);
  rnnp_link_init(&device.link, &device.port, &device.handlers, &device.identity, &store);
  host_init(&host, &device);
  CHECK_EQUAL(host_connect(&host, 0x12345601u, 1, 1), 1);
  simulated_flash_stall = stall;
  rnnp_wire_upload_begin_t begin = {.slot = 0, .total = model_bytes};
  memcpy(begin.sha256, hashes[0], sizeof begin.sha256);
  host_send(&host, RNNP_MSG_UPLOAD_BEGIN, &begin, sizeof begin);
  unsigned naks = 0;
  for (uint32_t offset = offset_of_last_state(); offset < model_bytes;) {
    put_data(offset);
    host_run(&host);
    naks += host.nak_seen;
    offset = offset_of_last_state();
  }
  rnnp_wire_slot_command_t command = {.slot = 0};
  memcpy(command.sha256, hashes[0], sizeof command.sha256);
  host_send(&host, RNNP_MSG_UPLOAD_VERIFY, &command, sizeof command);
  host_send(&host, RNNP_MSG_ACTIVATE, &command, sizeof command);
  CHECK_EQUAL(host_find(&host, RNNP_MSG_STATUS)->payload[1], RNNP_STATUS_OK);
  simulated_flash_stall = NULL;
  CHECK(is_whole(0) && device.active_slot == 0);
  CHECK(stalls >= 3 && announced == stalls && naks >= 2); /* a journal and two sectors */
  CHECK(feeds >= stalls);
  CHECK_EQUAL(simulated_flash_violations(), 0);
}

int main(void) {
  check_power_cuts(1000, 1);
  if (board_slot_storage()->slot_bytes >= MOST_BYTES) {
    check_power_cuts(MOST_BYTES - 1000, 997);
    check_link_over_stalls();
  }
  check_full_journals();
  printf("flash slots: passed\n");
  return 0;
}
