/*
 * Mutated packages: rnnp_model_open refuses any bytes, or the engine runs them inside its arena.
 *
 * The checksum is put right after every mutation, since otherwise nothing behind it would be reached. With libFuzzer this is
 * LLVMFuzzerTestOneInput; without, main mutates the packages that it is given, deterministically.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_sha256.h"

#define GUARD 64u
#define GUARD_BYTE 0xc3
#define MOST_WORK 20000000u /* multiply-accumulates of a frame, as a board limits them: more only makes the run slow */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void put_checksum(uint8_t *package, size_t size) {
  rnnp_sha256_t sha;
  memset(package + 16, 0, RNNP_SHA256_BYTES);
  rnnp_sha256_init(&sha);
  rnnp_sha256_update(&sha, package, size);
  uint8_t digest[RNNP_SHA256_BYTES];
  rnnp_sha256_final(&sha, digest);
  memcpy(package + 16, digest, sizeof digest);
}

static void stop(const char *what) {
  fprintf(stderr, "fuzz_model: %s\n", what);
  abort();
}

static void run_frame(const rnnp_model_t *model) {
  const rnnp_header_t *header = model->header;
  uint8_t *memory = aligned_alloc(16, (model->arena_bytes + GUARD + 15u) & ~15u);
  uint32_t row_bytes = (uint32_t)header->width * header->channels;
  uint8_t *row = malloc(row_bytes);
  rnnp_engine_t engine;
  rnnp_result_t result;
  if (!memory || !row) {
    stop("out of memory");
  }
  memset(memory, GUARD_BYTE, model->arena_bytes + GUARD);
  if (rnnp_engine_init(&engine, model, memory, model->arena_bytes) != RNNP_OK || rnnp_engine_begin(&engine) != RNNP_OK) {
    stop("an opened model cannot be run");
  }
  for (uint32_t y = 0; y < header->height; y++) {
    for (uint32_t x = 0; x < row_bytes; x++) {
      row[x] = (uint8_t)(x * 7 + y * 13 + (x * y >> 3));
    }
    if (rnnp_engine_push_rows(&engine, row, 1) != RNNP_OK) {
      stop("a row is refused");
    }
  }
  if (rnnp_engine_finish(&engine, &result) != RNNP_OK) {
    stop("the frame cannot be finished");
  }
  for (uint32_t i = 0; i < result.detection_count; i++) {
    const rnnp_detection_t *d = result.detections + i;
    if (d->left >= d->right || d->top >= d->bottom || d->right > 16 * header->width || d->bottom > 16 * header->height) {
      stop("a detection outside the picture");
    }
  }
  for (uint32_t i = 0; i < GUARD; i++) {
    if (memory[model->arena_bytes + i] != GUARD_BYTE) {
      stop("written beyond the arena");
    }
  }
  free(row);
  free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  uint8_t *package = aligned_alloc(16, (size + 15) & ~(size_t)15);
  rnnp_model_t model;
  if (!package || size < 128) {
    free(package);
    return 0;
  }
  memcpy(package, bytes, size);
  put_checksum(package, size);
  if (rnnp_model_open(&model, package, size) == RNNP_OK) {
    if (model.work <= MOST_WORK) {
      run_frame(&model);
    }
  }
  free(package);
  return 0;
}

#if !defined(RNNP_LIBFUZZER)

static uint32_t state = 1;

static uint32_t next(uint32_t below) {
  state = state * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)(state >> 8) * below) >> 24);
}

/* One to four changes of a kind that gets far: single bits and bytes, small and extreme words, mostly in header and layer table. */
static void mutate(uint8_t *package, size_t size) {
  static const uint32_t words[] = {0, 1, 2, 0x7fffffffu, 0x80000000u, 0xffffffffu, 0xffffu, 1024, 1025, 4096};
  uint32_t layers = package[86] | (uint32_t)package[87] << 8;
  uint32_t table = 128 + 128 * layers < size ? 128 + 128 * layers : (uint32_t)size;
  for (uint32_t changes = 1 + next(4); changes > 0; changes--) {
    uint32_t at = next(4) != 0 ? next(table) : next((uint32_t)size);
    uint32_t word;
    switch (next(4)) {
      case 0:
        package[at] ^= (uint8_t)(1u << next(8));
        break;
      case 1:
        package[at] = (uint8_t)next(256);
        break;
      case 2:
        package[at] = (uint8_t)(package[at] + (next(2) ? 1 : 255));
        break;
      default:
        at = at & ~3u;
        if (at + 4 <= size) {
          word = words[next(sizeof words / sizeof *words)];
          memcpy(package + at, &word, next(2) ? 4 : 2);
        }
        break;
    }
  }
}

/* Arguments: how many mutations of each, then packages. */
int main(int argc, char **argv) {
  unsigned runs = 0;
  for (int i = 2; i < argc; i++) {
    FILE *stream = fopen(argv[i], "rb");
    static uint8_t original[1u << 20];
    static uint8_t mutated[sizeof original];
    size_t size = stream ? fread(original, 1, sizeof original, stream) : 0;
    if (stream) {
      fclose(stream);
    }
    if (size == 0) {
      fprintf(stderr, "fuzz_model: cannot read %s\n", argv[i]);
      return 2;
    }
    for (int n = atoi(argv[1]); n > 0; n--) {
      memcpy(mutated, original, size);
      mutate(mutated, size);
      size_t length = next(16) == 0 ? next((uint32_t)size) : size;
      LLVMFuzzerTestOneInput(mutated, length);
      runs++;
    }
  }
  printf("fuzz_model: %u mutated packages\n", runs);
  return runs > 0 ? 0 : 1;
}

#endif
