/*
 * Whole networks against their recorded runs (tests/vectors/README.md): every stage's output and the detections, with the
 * picture pushed in bands of changing height. A second engine pass checks that a frame leaves nothing behind.
 */
#include <stdlib.h>
#include <string.h>

#include "rnnp/rnnp_engine.h"
#include "rnnp_test.h"

typedef struct {
  char magic[4];
  uint16_t version;
  uint16_t flags;
  uint32_t length;
  uint32_t pictures;
  uint8_t sha256[32];
  uint8_t zero[16];
} run_header_t;

typedef struct {
  uint16_t score;
  uint16_t left;
  uint16_t top;
  uint16_t right;
  uint16_t bottom;
  uint16_t zero;
  uint32_t anchor;
} run_detection_t;

_Static_assert(sizeof(run_header_t) == 64, "run header layout");
_Static_assert(sizeof(run_detection_t) == 16, "run detection layout");

#define MAX_LAYERS 128
#define GUARD_BYTES 32u
#define HAS_PICTURES 1u

typedef struct {
  const rnnp_model_t *model;
  int8_t *maps[MAX_LAYERS]; /* cells with channels together; 16-bit outputs as bytes */
  bool seen[MAX_LAYERS];
} capture_t;

static void capture_row(void *context, uint32_t layer, uint32_t row, uint32_t x, uint32_t count, const int8_t *data, uint32_t plane) {
  capture_t *capture = context;
  const rnnp_layer_t *record = capture->model->layers + layer;
  int8_t *to = capture->maps[layer] + ((size_t)row * record->out_width + x) * record->out_channels;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t c = 0; c < record->out_channels; c++) {
      *to++ = data[c * plane + i];
    }
  }
  capture->seen[layer] = true;
}

static void capture_outputs(void *context, uint32_t layer, uint32_t row, uint32_t x, const int16_t *data) {
  capture_t *capture = context;
  const rnnp_layer_t *record = capture->model->layers + layer;
  int16_t *to = (int16_t *)(void *)capture->maps[layer] + ((size_t)row * record->out_width + x) * record->out_channels;
  for (uint32_t i = 0; i < 4 && x + i < record->out_width; i++) {
    for (uint32_t n = 0; n < record->out_channels; n++) {
      *to++ = data[4 * n + i];
    }
  }
  capture->seen[layer] = true;
}

static uint32_t layer_bytes(const rnnp_layer_t *layer) {
  bool wide = layer->op == RNNP_OP_HEAD || layer->op == RNNP_OP_DENSE;
  return (wide ? 2u : 1u) * layer->out_width * layer->out_height * layer->out_channels;
}

static uint32_t crc32(const uint8_t *bytes, size_t size) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) {
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
  }
  return ~crc;
}

static uint32_t pad16(uint32_t x) { return (x + 15) & ~15u; }

static void push_picture(rnnp_engine_t *engine, const uint8_t *picture) {
  static const uint8_t bands[] = {1, 7, 2, 16, 3};
  const rnnp_header_t *header = engine->model->header;
  uint32_t y = 0;
  for (uint32_t i = 0; y < header->height; i++) {
    uint32_t rows = bands[i % sizeof bands];
    rows = rows < header->height - y ? rows : header->height - y;
    CHECK(rnnp_engine_push_rows(engine, picture + y * (uint32_t)header->width * header->channels, rows) == RNNP_OK);
    y += rows;
  }
  CHECK(rnnp_engine_push_rows(engine, picture, 1) == RNNP_ERR_STATE);
}

static void compare_detections(const rnnp_result_t *result, const run_detection_t *expected, uint32_t count) {
  CHECK(result->detection_count == count);
  for (uint32_t i = 0; i < count && i < result->detection_count; i++) {
    const rnnp_detection_t *d = result->detections + i;
    CHECK(d->score == expected[i].score && d->anchor == expected[i].anchor);
    CHECK(d->left == expected[i].left && d->top == expected[i].top && d->right == expected[i].right && d->bottom == expected[i].bottom);
  }
}

/* Picture `index` of a file of pictures without anything between them. */
static void read_picture(const char *path, uint32_t index, uint8_t *to, size_t bytes) {
  FILE *stream = fopen(path, "rb");
  bool read = stream && fseek(stream, (long)(index * bytes), SEEK_SET) == 0 && fread(to, 1, bytes, stream) == bytes;
  if (stream) {
    fclose(stream);
  }
  CHECK(read);
}

static void run_package(const char *name, const char *run_path, const char *pictures_path, uint32_t most_pictures) {
  rnnp_test_file_t package = rnnp_test_load(name);
  rnnp_test_file_t recorded = rnnp_test_load(run_path);
  const run_header_t *run = (const run_header_t *)(const void *)recorded.bytes;

  rnnp_model_t model;
  rnnp_status_t status = rnnp_model_open(&model, package.bytes, package.size);
  if (status != RNNP_OK) {
    printf("%s: %s\n", name, rnnp_status_name(status));
    CHECK(status == RNNP_OK);
    return;
  }
  CHECK(memcmp(run->sha256, model.header->sha256, sizeof run->sha256) == 0);
  CHECK(model.arena_bytes == model.header->arena_bytes);
  rnnp_test_file_t arena = rnnp_test_allocate(model.arena_bytes + GUARD_BYTES);
  memset(arena.bytes, 0x5a, arena.size);
  rnnp_engine_t engine;
  CHECK(rnnp_engine_init(&engine, &model, arena.bytes, model.arena_bytes - 8) == RNNP_ERR_ARENA);
  CHECK(rnnp_engine_init(&engine, &model, arena.bytes, model.arena_bytes) == RNNP_OK);

  capture_t capture = {.model = &model};
  rnnp_test_file_t maps[MAX_LAYERS];
  uint32_t layers = model.header->layer_count;
  for (uint32_t i = 0; i < layers; i++) {
    maps[i] = rnnp_test_allocate(layer_bytes(model.layers + i));
    capture.maps[i] = (int8_t *)maps[i].bytes;
  }
  rnnp_observer_t observer = {.context = &capture, .row = capture_row, .outputs = capture_outputs};
  const uint8_t *at = recorded.bytes + sizeof *run;
  uint32_t picture_bytes = (uint32_t)model.header->width * model.header->height * model.header->channels;
  rnnp_test_file_t elsewhere = rnnp_test_allocate(picture_bytes);
  uint32_t compared = 0;
  for (uint32_t p = 0; p < run->pictures && p < most_pictures; p++) {
    const uint8_t *picture = at;
    if (run->flags & HAS_PICTURES) {
      at += pad16(picture_bytes);
    } else {
      read_picture(pictures_path, p, elsewhere.bytes, picture_bytes);
      picture = elsewhere.bytes;
    }
    const rnnp_section_t *outputs = (const rnnp_section_t *)(const void *)at; /* {bytes, crc} */
    at += pad16(8 * layers);
    if (run->flags & 2u) {
      for (uint32_t i = 0; i < layers; i++) {
        at += pad16(outputs[i].offset);
      }
    }
    uint32_t detections = *(const uint32_t *)(const void *)at;
    at += 16;
    rnnp_result_t result;
    rnnp_engine_observe(&engine, &observer);
    CHECK(rnnp_engine_begin(&engine) == RNNP_OK);
    CHECK(rnnp_engine_finish(&engine, &result) == RNNP_ERR_STATE);
    push_picture(&engine, picture);
    CHECK(rnnp_engine_finish(&engine, &result) == RNNP_OK);
    for (uint32_t i = 0; i < layers; i++) {
      if (model.layers[i].op == RNNP_OP_DENSE) {
        memcpy(maps[i].bytes, result.logits, 2 * result.logit_count);
        capture.seen[i] = true;
      }
      if (capture.seen[i]) {
        bool equal = outputs[i].offset == maps[i].size && outputs[i].bytes == crc32(maps[i].bytes, maps[i].size);
        if (!equal) {
          printf("%s: picture %u, layer %u (%s) differs\n", name, (unsigned)p, (unsigned)i, model.layers[i].name);
        }
        CHECK(equal);
        compared++;
      }
    }
    compare_detections(&result, (const run_detection_t *)(const void *)at, detections);

    /* and as the firmware runs it: nothing watches, boxes only where there is a candidate */
    memset(arena.bytes, 0xa7, model.arena_bytes);
    rnnp_engine_observe(&engine, NULL);
    CHECK(rnnp_engine_begin(&engine) == RNNP_OK);
    push_picture(&engine, picture);
    CHECK(rnnp_engine_finish(&engine, &result) == RNNP_OK);
    compare_detections(&result, (const run_detection_t *)(const void *)at, detections);
    at += sizeof(run_detection_t) * detections;
  }
  CHECK(compared > 0);
  for (uint32_t i = 0; i < GUARD_BYTES; i++) {
    CHECK(arena.bytes[model.arena_bytes + i] == 0x5a);
  }
  printf("%s: %u bytes of arena, %u layer outputs compared\n", name, (unsigned)model.arena_bytes, (unsigned)compared);
  for (uint32_t i = 0; i < layers; i++) {
    rnnp_test_unload(&maps[i]);
  }
  rnnp_test_unload(&arena);
  rnnp_test_unload(&elsewhere);
  rnnp_test_unload(&recorded);
  rnnp_test_unload(&package);
}

/*
 * Arguments: most pictures to run, then packages and their runs, or one package, its run and the pictures, which the run does not hold.
 * A package that does not fit the board's RAM with its files is left out.
 */
int main(int argc, char **argv) {
  static int i; /* not in a register that longjmp restores */
  static jmp_buf next;
  if (argc < 4) {
    printf("usage: test_packages MOST PACKAGE RUN [PICTURES | [PACKAGE RUN]...]\n");
    return 2;
  }
  rnnp_test_out_of_memory = &next;
  for (i = 2; i + 1 < argc; i += 2) {
    if (setjmp(next) == 0) {
      run_package(argv[i], argv[i + 1], argc == 5 ? argv[4] : "", (uint32_t)atoi(argv[1]));
    } else {
      printf("%s: left out\n", argv[i]);
    }
  }
  return rnnp_test_summary("packages");
}
