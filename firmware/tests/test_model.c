/* The validator: one damaged field at a time, and the code it must be refused with. */
#include <string.h>

#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_sha256.h"
#include "rnnp_test.h"

static void put_checksum(rnnp_test_file_t *file) {
  rnnp_sha256_t sha;
  memset(file->bytes + 16, 0, RNNP_SHA256_BYTES);
  rnnp_sha256_init(&sha);
  rnnp_sha256_update(&sha, file->bytes, file->size);
  uint8_t digest[RNNP_SHA256_BYTES];
  rnnp_sha256_final(&sha, digest);
  memcpy(file->bytes + 16, digest, sizeof digest);
}

typedef struct {
  const char *what;
  int layer; /* -1: header; otherwise the first layer with this operation */
  uint32_t offset;
  uint32_t bytes;
  uint32_t value;
  rnnp_status_t status;
} damage_t;

static const damage_t damages[] = {
  {"magic", -1, 0, 4, 0x504e4e51, RNNP_ERR_MAGIC},
  {"version", -1, 4, 2, 2, RNNP_ERR_VERSION},
  {"header size", -1, 6, 2, 112, RNNP_ERR_HEADER},
  {"total length", -1, 8, 4, 16, RNNP_ERR_LENGTH},
  {"reserved", -1, 12, 4, 1, RNNP_ERR_HEADER},
  {"name in capitals", -1, 48, 1, 'A', RNNP_ERR_HEADER},
  {"empty name", -1, 48, 1, 0, RNNP_ERR_HEADER},
  {"task", -1, 80, 1, 3, RNNP_ERR_HEADER},
  {"channels", -1, 81, 1, 2, RNNP_ERR_HEADER},
  {"width", -1, 82, 2, 7, RNNP_ERR_HEADER},
  {"height", -1, 84, 2, 1025, RNNP_ERR_HEADER},
  {"no layers", -1, 86, 2, 0, RNNP_ERR_HEADER},
  {"labels of a detector", -1, 90, 2, 2, RNNP_ERR_HEADER},
  {"arena", -1, 100, 4, 64, RNNP_ERR_ARENA},
  {"anchors", -1, 104, 4, 1, RNNP_ERR_CHAIN},
  {"candidates", -1, 110, 2, 257, RNNP_ERR_HEADER},
  {"detections", -1, 112, 2, 0, RNNP_ERR_HEADER},
  {"suppression", -1, 116, 4, 65537, RNNP_ERR_HEADER},
  {"layer name", RNNP_OP_CONV3X3, 0, 1, ' ', RNNP_ERR_LAYER},
  {"operation", RNNP_OP_CONV3X3, 24, 1, 8, RNNP_ERR_LAYER},
  {"flags", RNNP_OP_CONV3X3, 25, 1, 4, RNNP_ERR_LAYER},
  {"stride", RNNP_OP_CONV3X3, 26, 1, 3, RNNP_ERR_LAYER},
  {"output width", RNNP_OP_CONV3X3, 34, 2, 900, RNNP_ERR_LAYER},
  {"zero point with ReLU6", RNNP_OP_CONV3X3, 41, 1, 0, RNNP_ERR_LAYER},
  {"patch above 32", RNNP_OP_RNNPOOL, 27, 1, 33, RNNP_ERR_LAYER},
  {"stride above patch", RNNP_OP_RNNPOOL, 26, 1, 40, RNNP_ERR_LAYER},
  {"shift", RNNP_OP_RNNPOOL, 44, 1, 16, RNNP_ERR_LAYER},
  {"odd states", RNNP_OP_RNNPOOL, 48, 2, 7, RNNP_ERR_LAYER},
  {"scale", RNNP_OP_RNNPOOL, 64, 4, 0x7f800000, RNNP_ERR_LAYER},
  {"input zero point", RNNP_OP_RNNPOOL, 40, 1, 5, RNNP_ERR_CHAIN},
  {"residual of none", RNNP_OP_POINTWISE, 46, 2, 0, RNNP_ERR_CHAIN},
  {"first anchor", RNNP_OP_HEAD, 56, 4, 1, RNNP_ERR_CHAIN},
  {"fraction", RNNP_OP_HEAD, 42, 1, 13, RNNP_ERR_LAYER},
  {"anchors of a cell", RNNP_OP_HEAD, 54, 2, 17, RNNP_ERR_LAYER},
  {"section offset", RNNP_OP_HEAD, 72, 4, 0xfffffff0, RNNP_ERR_SECTION},
  {"section size", RNNP_OP_HEAD, 76, 4, 0xfffffff0, RNNP_ERR_SECTION},
};

static const rnnp_layer_t *find_layer(const rnnp_test_file_t *file, int op) {
  const rnnp_header_t *header = (const rnnp_header_t *)(const void *)file->bytes;
  const rnnp_layer_t *layers = (const rnnp_layer_t *)(const void *)(file->bytes + sizeof *header);
  for (uint32_t i = 0; i < header->layer_count; i++) {
    if (layers[i].op == op) {
      return layers + i;
    }
  }
  return NULL;
}

static rnnp_status_t open_damaged(const char *path, const damage_t *damage) {
  rnnp_test_file_t file = rnnp_test_load(path);
  rnnp_model_t model;
  uint8_t *at = file.bytes;
  if (damage->layer >= 0) {
    const rnnp_layer_t *layer = find_layer(&file, damage->layer);
    CHECK(layer);
    at += layer ? (size_t)((const uint8_t *)layer - file.bytes) : 0;
  }
  memcpy(at + damage->offset, &damage->value, damage->bytes);
  put_checksum(&file);
  rnnp_status_t status = rnnp_model_open(&model, file.bytes, file.size);
  rnnp_test_unload(&file);
  return status;
}

/* Contents of sections: extremes that would overflow an accumulator or are no weights. */
static void test_contents(const char *path) {
  static const struct {
    int op;
    uint32_t section;
    uint32_t value;
  } cases[] = {
    {RNNP_OP_CONV3X3, 0, 0x80808080u}, /* weight -128 */
    {RNNP_OP_CONV3X3, 1, 0x7fffffffu}, /* bias */
    {RNNP_OP_DEPTHWISE3X3, 0, 128u},   /* tap */
    {RNNP_OP_HEAD, 2, 15u},            /* anchor width */
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rnnp_test_file_t file = rnnp_test_load(path);
    const rnnp_layer_t *layer = find_layer(&file, cases[i].op);
    rnnp_model_t model;
    CHECK(layer);
    if (layer) {
      memcpy(file.bytes + layer->section[cases[i].section].offset, &cases[i].value, 4);
      put_checksum(&file);
      CHECK(rnnp_model_open(&model, file.bytes, file.size) == RNNP_ERR_WEIGHT);
    }
    rnnp_test_unload(&file);
  }
}

static rnnp_status_t checksum_in_steps(const rnnp_test_file_t *file, size_t most) {
  rnnp_model_t model;
  rnnp_model_checksum_t checksum;
  rnnp_status_t status = rnnp_model_open_unhashed(&model, file->bytes, file->size);
  if (status != RNNP_OK) {
    return status;
  }
  rnnp_model_checksum_begin(&checksum, &model);
  while (!rnnp_model_checksum_step(&checksum, most)) {
  }
  return rnnp_model_checksum_end(&checksum);
}

static void test_whole(const char *path) {
  rnnp_test_file_t file = rnnp_test_load(path);
  rnnp_model_t model;
  CHECK(rnnp_model_open(&model, file.bytes, file.size) == RNNP_OK);
  CHECK(model.arena_bytes <= model.header->arena_bytes && model.arena_bytes % 8 == 0);
  CHECK(strlen(rnnp_model_label(&model, 0)) > 0 && *rnnp_model_label(&model, model.header->label_count) == 0);
  CHECK(rnnp_model_open(NULL, file.bytes, file.size) == RNNP_ERR_ARGUMENT);
  CHECK(rnnp_model_open(&model, NULL, file.size) == RNNP_ERR_ARGUMENT);
  CHECK(rnnp_model_open(&model, file.bytes + 8, file.size - 8) == RNNP_ERR_ALIGNMENT);
  for (size_t length = 0; length < file.size; length += length < 512 ? 1 : 97) {
    CHECK(rnnp_model_open(&model, file.bytes, length) == RNNP_ERR_LENGTH);
  }
  const rnnp_layer_t *layer = find_layer(&file, RNNP_OP_CONV3X3);
  CHECK(layer);
  if (layer) {
    file.bytes[layer->section[0].offset] ^= 1;
    CHECK(rnnp_model_open(&model, file.bytes, file.size) == RNNP_ERR_CHECKSUM);
    CHECK(model.header == NULL);
    CHECK(checksum_in_steps(&file, 100) == RNNP_ERR_CHECKSUM);
    file.bytes[layer->section[0].offset] ^= 1;
    CHECK(checksum_in_steps(&file, 1) == RNNP_OK && checksum_in_steps(&file, 4096) == RNNP_OK);
  }
  rnnp_test_unload(&file);
}

/* Argument: a detector. */
int main(int argc, char **argv) {
  if (argc < 2) {
    printf("usage: test_model PACKAGE\n");
    return 2;
  }
  test_whole(argv[1]);
  test_contents(argv[1]);
  for (uint32_t i = 0; i < sizeof damages / sizeof *damages; i++) {
    rnnp_status_t status = open_damaged(argv[1], damages + i);
    if (status != damages[i].status) {
      printf("%s: refused as %s, not as %s\n", damages[i].what, rnnp_status_name(status), rnnp_status_name(damages[i].status));
    }
    CHECK(status == damages[i].status);
  }
  return rnnp_test_summary("model");
}
