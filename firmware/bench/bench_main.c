/*
 * Measures one frame of the linked-in package: instructions (ticks of the board's counter), by stage, and memory marks.
 * The picture, raw bytes, is the file that the command line names; output is JSON over semihosting.
 */
#include <string.h>

#include "board.h"
#include "fault.h"
#include "print.h"
#include "rnnp/rnnp_engine.h"
#include "semihosting.h"
#include "startup.h"

#define MAX_LAYERS 128
#define MAX_ROW_BYTES 3072

typedef struct {
  uint32_t last;
  uint32_t longest; /* between two reports */
  uint32_t ticks[MAX_LAYERS];
} profile_t;

static rnnp_model_t model;
static rnnp_engine_t engine;
static rnnp_result_t result;
static profile_t profile;
static uint8_t row_pixels[MAX_ROW_BYTES];

static bool charge(void *context, uint32_t layer) {
  profile_t *p = context;
  uint32_t ticks = board_ticks() - p->last;
  p->ticks[layer] += ticks;
  p->longest = ticks > p->longest ? ticks : p->longest;
  p->last = board_ticks();
  return true;
}

/* Runs one frame and returns its ticks, without those of reading the picture. */
static uint32_t run_frame(const char *path) {
  const rnnp_header_t *header = model.header;
  uint32_t row_bytes = (uint32_t)header->width * header->channels;
  int file = semihosting_open(path);
  if (file < 0) {
    fail("cannot open the picture");
  }
  uint32_t ticks = 0;
  uint32_t start = board_ticks();
  rnnp_status_t status = rnnp_engine_begin(&engine);
  ticks += board_ticks() - start;
  for (uint32_t y = 0; y < header->height && status == RNNP_OK; y++) {
    if (!semihosting_read(file, row_pixels, row_bytes)) {
      fail("the picture is too short");
    }
    start = board_ticks();
    profile.last = start;
    status = rnnp_engine_push_rows(&engine, row_pixels, 1);
    ticks += board_ticks() - start;
  }
  start = board_ticks();
  profile.last = start;
  if (status == RNNP_OK) {
    status = rnnp_engine_finish(&engine, &result);
  }
  ticks += board_ticks() - start;
  semihosting_close(file);
  if (status != RNNP_OK) {
    fail(rnnp_status_name(status));
  }
  return ticks;
}

/* The layers with thresholds that every anchor reaches, in what the arena has left; null where that is too little. */
static const rnnp_layer_t *without_thresholds(uint8_t *arena, uint32_t arena_bytes) {
  uint32_t at = (model.arena_bytes + 15u) & ~15u;
  uint32_t bytes = model.header->layer_count * (uint32_t)sizeof(rnnp_layer_t);
  if (at + bytes > arena_bytes) {
    return NULL;
  }
  rnnp_layer_t *layers = (rnnp_layer_t *)(void *)(arena + at);
  memcpy(layers, model.layers, bytes);
  for (uint32_t i = 0; i < model.header->layer_count; i++) {
    layers[i].threshold = layers[i].op == RNNP_OP_HEAD ? INT32_MIN : 0;
  }
  return layers;
}

void fault_handler(void) { fail("fault"); }

int main(void) {
  static char path[256];
  static const rnnp_observer_t observer = {.context = &profile, .work = charge};
  uint32_t model_bytes;
  uint32_t arena_bytes;
  void *arena = board_arena(&arena_bytes);
  const void *package = board_model(&model_bytes);
  semihosting_command_line(path, sizeof path);
  uint32_t start = board_ticks();
  rnnp_status_t status = rnnp_model_open_unhashed(&model, package, model_bytes);
  uint32_t open_ticks = board_ticks() - start;
  if (status == RNNP_OK) {
    rnnp_model_checksum_t checksum;
    rnnp_model_checksum_begin(&checksum, &model);
    start = board_ticks();
    (void)rnnp_model_checksum_step(&checksum, model_bytes);
    status = rnnp_model_checksum_end(&checksum);
  }
  uint32_t checksum_ticks = board_ticks() - start;
  if (status == RNNP_OK) {
    status = rnnp_engine_init(&engine, &model, arena, arena_bytes);
  }
  if (status != RNNP_OK) {
    fail(rnnp_status_name(status));
  }
  uint32_t ticks = run_frame(path);
  print_field("{\"ticksHz\": ", board_ticks_hz());
  print_field(", \"instructions\": ", ticks);
  print_field(", \"openInstructions\": ", open_ticks);
  print_field(", \"checksumInstructions\": ", checksum_ticks);
  print_field(", \"arenaBytes\": ", model.arena_bytes);
  print_field(", \"stackBytes\": ", board_stack_used());
  print_field(", \"detections\": ", result.detection_count);
  print_field(", \"streamedStages\": ", model.streamed);
  print_field(", \"work\": ", model.work);
  rnnp_engine_observe(&engine, &observer);
  run_frame(path);
  print_field(", \"unheardInstructions\": ", profile.longest);
  semihosting_print(", \"layers\": [");
  bool first = true;
  for (uint32_t i = 0; i < model.header->layer_count; i++) {
    if (profile.ticks[i] > 0) {
      semihosting_print(first ? "{\"name\": \"" : ", {\"name\": \"");
      semihosting_print(model.layers[i].name);
      print_field("\", \"index\": ", i);
      print_field(", \"instructions\": ", profile.ticks[i]);
      semihosting_print("}");
      first = false;
    }
  }
  semihosting_print("]");
  const rnnp_layer_t *layers = without_thresholds(arena, arena_bytes);
  if (layers) {
    model.layers = layers;
    (void)rnnp_engine_init(&engine, &model, arena, arena_bytes);
    print_field(", \"worstInstructions\": ", run_frame(path));
  }
  semihosting_print("}\n");
  semihosting_exit(0);
  return 0;
}
