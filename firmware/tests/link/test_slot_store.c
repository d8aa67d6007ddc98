#include <string.h>

#include "check.h"
#include "rnnp/rnnp_sha256.h"
#include "test_device.h"

#define MODEL_BYTES 10007u

static test_flash_t flash;
static test_device_t device; /* for its storage */
static uint8_t models[3][MODEL_BYTES];
static uint8_t hashes[3][32];

static void make_models(void) {
  uint32_t random = 99;
  for (unsigned m = 0; m < 3; m++) {
    for (size_t i = 0; i < MODEL_BYTES; i++) {
      models[m][i] = (uint8_t)next_random(&random);
    }
    models[m][0] = (uint8_t)(m + 1);
    rnnp_sha256_t hash;
    rnnp_sha256_init(&hash);
    rnnp_sha256_update(&hash, models[m], MODEL_BYTES);
    rnnp_sha256_final(&hash, hashes[m]);
  }
}

static rnnp_slot_store_t *start(bool built_in) {
  test_device_start(&device, &flash, RNNP_BOOT_POWER, true, built_in);
  CHECK(device.link.store != NULL);
  return &device.store;
}

/* Uploads as a host does, from the offset that the store expects, in parts of 480 bytes. False: a write failed. */
static bool upload(rnnp_slot_store_t *store, uint8_t slot, unsigned model) {
  if (rnnp_slot_store_begin(store, slot, MODEL_BYTES, hashes[model]) != RNNP_SLOT_OK) {
    return false;
  }
  while (store->received[slot] < MODEL_BYTES) {
    const uint32_t offset = store->received[slot];
    const uint32_t count = MODEL_BYTES - offset < 480u ? MODEL_BYTES - offset : 480u;
    if (rnnp_slot_store_write(store, slot, offset, models[model] + offset, count) != RNNP_SLOT_OK) {
      return false;
    }
  }
  return rnnp_slot_store_check_hash(store, slot, NULL, NULL) == RNNP_SLOT_OK && rnnp_slot_store_mark_verified(store, slot) == RNNP_SLOT_OK;
}

static bool holds(uint8_t slot, unsigned model) { return slot < 2 && memcmp(flash.slots[slot], models[model], MODEL_BYTES) == 0; }

static void check_life_of_two_models(void) {
  test_flash_init(&flash);
  rnnp_slot_store_t *store = start(false);
  CHECK_EQUAL(store->record.active, RNNP_SLOT_NONE);
  CHECK(upload(store, 0, 0));
  CHECK_EQUAL(rnnp_slot_store_state(store, 0), RNNP_SLOT_VERIFIED);
  CHECK_EQUAL(rnnp_slot_store_activate(store, 1), RNNP_SLOT_ERR_STATE);
  CHECK_EQUAL(rnnp_slot_store_activate(store, 0), RNNP_SLOT_OK);
  CHECK_EQUAL(rnnp_slot_store_state(store, 0), RNNP_SLOT_ACTIVE); /* nothing to fall back to, hence no trial */
  CHECK_EQUAL(rnnp_slot_store_begin(store, 0, MODEL_BYTES, hashes[1]), RNNP_SLOT_ERR_IN_USE);
  CHECK_EQUAL(rnnp_slot_store_begin(store, 2, MODEL_BYTES, hashes[1]), RNNP_SLOT_ERR_SLOT);
  CHECK_EQUAL(rnnp_slot_store_begin(store, 1, 0, hashes[1]), RNNP_SLOT_ERR_SIZE);
  CHECK_EQUAL(rnnp_slot_store_begin(store, 1, TEST_SLOT_BYTES + 1, hashes[1]), RNNP_SLOT_ERR_SIZE);
  store = start(false);
  CHECK_EQUAL(store->record.active, 0);
  CHECK(upload(store, 1, 1));
  CHECK_EQUAL(rnnp_slot_store_activate(store, 1), RNNP_SLOT_OK);
  CHECK_EQUAL(rnnp_slot_store_state(store, 1), RNNP_SLOT_TRIAL);
  CHECK_EQUAL(rnnp_slot_store_begin(store, 0, MODEL_BYTES, hashes[2]), RNNP_SLOT_ERR_IN_USE);
  CHECK_EQUAL(rnnp_slot_store_confirm(store), RNNP_SLOT_OK);
  store = start(false);
  CHECK_EQUAL(store->record.active, 1);
  CHECK_EQUAL(rnnp_slot_store_state(store, 1), RNNP_SLOT_ACTIVE);
  CHECK(upload(store, 0, 2));
  CHECK_EQUAL(rnnp_slot_store_activate(store, 0), RNNP_SLOT_OK);
  store = start(false); /* one restart is allowed */
  CHECK_EQUAL(store->record.active, 0);
  store = start(false); /* the second one gives the model up */
  CHECK_EQUAL(store->record.active, 1);
  CHECK_EQUAL(rnnp_slot_store_state(store, 0), RNNP_SLOT_FAILED);
  CHECK(upload(store, 0, 2)); /* on request it may try again */
  CHECK(!flash.overwritten);
}

/* A model that was good and does not load any more (flash wears out). */
static void check_giving_up(void) {
  test_flash_init(&flash);
  rnnp_slot_store_t *store = start(true);
  CHECK_EQUAL(rnnp_slot_store_fall_back(store), RNNP_SLOT_ERR_STATE);
  CHECK(upload(store, 0, 0));
  CHECK_EQUAL(rnnp_slot_store_activate(store, 0), RNNP_SLOT_OK);
  CHECK_EQUAL(rnnp_slot_store_confirm(store), RNNP_SLOT_OK);
  CHECK(upload(store, 1, 1));
  CHECK_EQUAL(rnnp_slot_store_fall_back(store), RNNP_SLOT_OK);
  CHECK_EQUAL(store->record.active, 1);
  CHECK_EQUAL(rnnp_slot_store_fall_back(store), RNNP_SLOT_OK);
  CHECK_EQUAL(store->record.active, RNNP_SLOT_BUILT_IN);
  store = start(true);
  CHECK_EQUAL(store->record.active, RNNP_SLOT_BUILT_IN);
  CHECK_EQUAL(rnnp_slot_store_state(store, 0), RNNP_SLOT_FAILED);
}

static void check_resume(void) {
  test_flash_init(&flash);
  rnnp_slot_store_t *store = start(true);
  CHECK_EQUAL(rnnp_slot_store_begin(store, 0, MODEL_BYTES, hashes[0]), RNNP_SLOT_OK);
  for (uint32_t offset = 0; offset < 4800; offset += 480) {
    CHECK_EQUAL(rnnp_slot_store_write(store, 0, offset, models[0] + offset, 480), RNNP_SLOT_OK);
  }
  CHECK_EQUAL(rnnp_slot_store_write(store, 0, 0, models[0], 480), RNNP_SLOT_ERR_OFFSET);
  CHECK_EQUAL(rnnp_slot_store_write(store, 0, 4800, models[0], 7), RNNP_SLOT_ERR_OFFSET); /* not a multiple */
  CHECK_EQUAL(rnnp_slot_store_check_hash(store, 0, NULL, NULL), RNNP_SLOT_ERR_STATE);
  CHECK_EQUAL(rnnp_slot_store_begin(store, 0, MODEL_BYTES, hashes[0]), RNNP_SLOT_OK);
  CHECK_EQUAL(store->received[0], 4800); /* the same model: the upload resumes */
  store = start(true);
  CHECK_EQUAL(store->received[0], 4096); /* after a restart: from the erase block that was under way */
  CHECK(upload(store, 0, 0));
  CHECK_EQUAL(rnnp_slot_store_begin(store, 0, MODEL_BYTES, hashes[1]), RNNP_SLOT_OK);
  CHECK_EQUAL(store->received[0], 0); /* another model: from the start */
  CHECK(!flash.overwritten);
}

static void check_corrupt_upload(void) {
  test_flash_init(&flash);
  rnnp_slot_store_t *store = start(true);
  models[1][5000] ^= 1u;
  CHECK(!upload(store, 0, 1));
  models[1][5000] ^= 1u;
  CHECK_EQUAL(rnnp_slot_store_check_hash(store, 0, NULL, NULL), RNNP_SLOT_ERR_HASH);
  CHECK_EQUAL(rnnp_slot_store_activate(store, 0), RNNP_SLOT_ERR_STATE);
  CHECK_EQUAL(rnnp_slot_store_discard(store, 0), RNNP_SLOT_OK);
  CHECK_EQUAL(store->record.active, RNNP_SLOT_BUILT_IN);
  CHECK(upload(store, 0, 1));
}

/* What the host does when it brings a new model; every step may be cut short. */
static bool replace_model(rnnp_slot_store_t *store, uint8_t slot, unsigned model) {
  return upload(store, slot, model) && rnnp_slot_store_activate(store, slot) == RNNP_SLOT_OK &&
         rnnp_slot_store_confirm(store) == RNNP_SLOT_OK;
}

/* Power fails during every erase and every program in turn; afterwards the device has one of the two models, whole, and the
   replacement can be completed. */
static void check_power_loss_everywhere(void) {
  static test_flash_t before;
  test_flash_init(&flash);
  CHECK(replace_model(start(false), 0, 0));
  before = flash;
  for (uint32_t at = 1;; at++) {
    flash = before;
    rnnp_slot_store_t *store = start(false);
    flash.fail_at = flash.operations + at;
    const bool done = replace_model(store, 1, 1);
    CHECK_EQUAL(done, !flash.dead);
    store = start(false);
    const uint8_t active = store->record.active;
    CHECK(active < 2);
    CHECK(holds(active, active));
    /* And once more, right after the restart. */
    flash.fail_at = flash.operations + 1 + at % 5;
    (void)replace_model(store, 1, 1);
    store = start(false);
    CHECK(store->record.active < 2);
    CHECK(holds(store->record.active, store->record.active));
    CHECK(replace_model(store, 1, 1));
    store = start(false);
    CHECK_EQUAL(store->record.active, 1);
    CHECK(holds(1, 1));
    CHECK(!flash.overwritten);
    if (done) {
      CHECK(at > 30);
      return;
    }
  }
}

/* A permanent failure of the flash must not cost the newest record either. */
static void check_journal_wear(void) {
  test_flash_init(&flash);
  rnnp_slot_store_t *store = start(false);
  CHECK(replace_model(store, 0, 0));
  for (unsigned i = 0; i < 200; i++) {
    CHECK_EQUAL(rnnp_slot_store_begin(store, 1, MODEL_BYTES, hashes[1 + i % 2]), RNNP_SLOT_OK);
    if (i % 7 == 0) {
      flash.fail_at = flash.operations + 1;
      CHECK_EQUAL(rnnp_slot_store_discard(store, 1), RNNP_SLOT_ERR_STORAGE);
      store = start(false);
    }
    CHECK_EQUAL(store->record.active, 0);
  }
  CHECK(!flash.overwritten);
}

static void check_foreign_journal(void) {
  test_flash_init(&flash);
  rnnp_slot_store_t *store = start(true);
  uint32_t random = 5;
  for (unsigned round = 0; round < 200; round++) {
    for (size_t i = 0; i < sizeof flash.journals; i++) {
      flash.journals[i / TEST_JOURNAL_BYTES][i % TEST_JOURNAL_BYTES] = (uint8_t)next_random(&random);
    }
    store = start(true);
    CHECK_EQUAL(store->record.active, RNNP_SLOT_BUILT_IN);
  }
  const rnnp_slot_storage_t impossible = {.slot_bytes = 100, .slot_erase_bytes = 64, .journal_bytes = 1024, .program_bytes = 3};
  rnnp_slot_store_t other;
  CHECK_EQUAL(rnnp_slot_store_mount(&other, &impossible, true), RNNP_SLOT_ERR_CONFIG);
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  make_models();
  check_life_of_two_models();
  check_giving_up();
  check_resume();
  check_corrupt_upload();
  check_power_loss_everywhere();
  check_journal_wear();
  check_foreign_journal();
  return 0;
}
