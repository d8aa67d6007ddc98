#include "sketch.h"

#include <string.h>

#include "rnnp/rnnp_sha256.h"

#define MOST_BYTES (8u << 20)
#define ONE 0x3f800000u /* 1.0f */

static uint32_t even(uint32_t x) { return (x + 1) & ~1u; }
static uint32_t round4(uint32_t x) { return (x + 3) & ~3u; }

static void shape_output(rnnp_layer_t *layer, const sketch_layer_t *sketch) {
  const uint32_t stride = layer->stride;
  layer->out_channels = sketch->channels;
  switch (layer->op) {
    case RNNP_OP_CONV3X3:
    case RNNP_OP_DEPTHWISE3X3:
      layer->out_width = (uint16_t)((layer->in_width + stride - 1) / stride);
      layer->out_height = (uint16_t)((layer->in_height + stride - 1) / stride);
      break;
    case RNNP_OP_RNNPOOL: {
      const uint32_t pads = 2 * ((layer->patch - stride) / 2);
      layer->g1 = 1;
      layer->hidden1 = sketch->channels;
      layer->hidden2 = sketch->hidden2;
      layer->out_channels = (uint16_t)(4 * sketch->hidden2);
      layer->out_width = (uint16_t)(layer->patch ? (layer->in_width + pads - layer->patch) / stride + 1 : 1);
      layer->out_height = (uint16_t)(layer->patch ? (layer->in_height + pads - layer->patch) / stride + 1 : 1);
      break;
    }
    case RNNP_OP_AVGPOOL:
      layer->out_width = layer->out_height = 1;
      layer->out_channels = layer->in_channels;
      break;
    default:
      layer->out_width = layer->in_width;
      layer->out_height = layer->in_height;
      break;
  }
  if (layer->op == RNNP_OP_DEPTHWISE3X3) {
    layer->out_channels = layer->in_channels;
  }
}

static void place_sections(rnnp_layer_t *layer, uint32_t *end) {
  const uint32_t in = layer->in_channels;
  const uint32_t out = even(layer->out_channels);
  const uint32_t h1 = layer->hidden1;
  const uint32_t h2 = layer->hidden2;
  const uint32_t elements = layer->op == RNNP_OP_CONV3X3 ? 3 * round4(3 * in) : round4(in);
  uint32_t sizes[RNNP_SECTIONS] = {out * elements, 8 * out};
  if (layer->op == RNNP_OP_DEPTHWISE3X3) {
    sizes[0] = 20 * in;
  } else if (layer->op == RNNP_OP_AVGPOOL) {
    sizes[0] = 0;
    sizes[1] = 8;
  } else if (layer->op == RNNP_OP_RNNPOOL) {
    const uint32_t pool[RNNP_SECTIONS] = {2 * h1 * even(in), 4 * h1, 2 * h1 * h1, 4 * h1, 2 * h2 * h1, 2 * h2 * h2, 4 * h2};
    memcpy(sizes, pool, sizeof sizes);
  }
  for (uint32_t i = 0; i < RNNP_SECTIONS; i++) {
    layer->section[i].bytes = sizes[i];
    layer->section[i].offset = sizes[i] ? *end : 0;
    *end += (sizes[i] + 15) & ~15u;
  }
}

void sketch_checksum(rnnp_test_file_t *file) {
  uint8_t digest[RNNP_SHA256_BYTES];
  rnnp_sha256_t sha;
  memset(file->bytes + offsetof(rnnp_header_t, sha256), 0, sizeof digest);
  rnnp_sha256_init(&sha);
  rnnp_sha256_update(&sha, file->bytes, file->size);
  rnnp_sha256_final(&sha, digest);
  memcpy(file->bytes + offsetof(rnnp_header_t, sha256), digest, sizeof digest);
}

rnnp_test_file_t sketch_package(uint16_t width, uint16_t height, const sketch_layer_t *layers, uint32_t count) {
  rnnp_test_file_t file = rnnp_test_allocate(MOST_BYTES);
  memset(file.bytes, 0, file.size);
  rnnp_header_t *header = (rnnp_header_t *)(void *)file.bytes;
  rnnp_layer_t *records = (rnnp_layer_t *)(void *)(file.bytes + sizeof *header);
  const uint32_t labels = (uint32_t)(sizeof *header + (count + 2) * sizeof *records);
  uint32_t end = labels + 2 * 32;
  memcpy(header->magic, "RNNP", 4);
  header->version = RNNP_MODEL_VERSION;
  header->header_bytes = sizeof *header;
  memcpy(header->name, "sketch", 6);
  header->task = RNNP_TASK_CLASSIFICATION;
  header->channels = 1;
  header->width = width;
  header->height = height;
  header->layer_count = (uint16_t)(count + 2);
  header->record_bytes = sizeof *records;
  header->label_count = 2;
  header->layers_offset = sizeof *header;
  header->labels_offset = labels;
  header->arena_bytes = 0x7ffffffeu;
  memcpy(file.bytes + labels, "a", 1);
  memcpy(file.bytes + labels + 32, "b", 1);
  const sketch_layer_t ends[2] = {{.op = RNNP_OP_AVGPOOL}, {.op = RNNP_OP_DENSE, .channels = 2}};
  uint16_t shape[3] = {width, height, 1};
  for (uint32_t i = 0; i < count + 2; i++) {
    rnnp_layer_t *layer = records + i;
    const sketch_layer_t *sketch = i < count ? layers + i : ends + i - count;
    layer->name[0] = 'l';
    layer->op = (uint8_t)sketch->op;
    layer->stride = sketch->stride ? sketch->stride : 1;
    layer->patch = sketch->patch;
    layer->in_width = shape[0];
    layer->in_height = shape[1];
    layer->in_channels = shape[2];
    layer->residual = RNNP_NO_RESIDUAL;
    layer->fraction = sketch->op == RNNP_OP_DENSE ? 8 : 0;
    layer->in_scale_bits = layer->out_scale_bits = ONE;
    shape_output(layer, sketch);
    place_sections(layer, &end);
    shape[0] = layer->out_width;
    shape[1] = layer->out_height;
    shape[2] = layer->out_channels;
  }
  header->total_bytes = end;
  file.size = end;
  sketch_checksum(&file);
  return file;
}
