/*
 * Validation of a package. Order matters: nothing is read before the check that makes reading it safe, and every later module
 * relies on what is established here:
 *
 *   1. every section lies inside the package, has exactly the size that its layer's shape requires, and is aligned to 16;
 *   2. no accumulator of any kernel can leave int32 for any input bytes;
 *   3. shapes chain, so that a row written by one layer has the width, channels and zero point that the next one reads;
 *   4. the arena that the engine lays out fits the size that rnnp_model_open returned.
 */
#include <string.h>

#include "rnnp/rnnp_model.h"
#include "rnnp/rnnp_sha256.h"
#include "rnnp_layer_check.h"
#include "rnnp_plan.h"

#define MAX_LAYERS 128u
#define MAX_SIDE 1024u

static bool in_range(uint32_t x, uint32_t low, uint32_t high) { return x >= low && x <= high; }

/* Characters of a name and then zeros to the end of its field. */
static bool is_name(const char *field, size_t size, bool upper) {
  size_t length = 0;
  while (length < size && field[length] != 0) {
    char c = field[length];
    bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || (upper && c >= 'A' && c <= 'Z');
    if (!ok) {
      return false;
    }
    length++;
  }
  if (length == 0 || length == size) {
    return false;
  }
  for (size_t i = length; i < size; i++) {
    if (field[i] != 0) {
      return false;
    }
  }
  return true;
}

/* Bytes of the UTF-8 sequence at `p`, 0 when there is none: no overlong forms, surrogates or control characters. */
static size_t utf8_length(const uint8_t *p, size_t available) {
  uint32_t c = p[0];
  size_t length;
  if (c < 0x80) {
    return c >= 0x20 && c != 0x7f ? 1 : 0;
  }
  if (c >= 0xc2 && c < 0xe0) {
    length = 2;
    c &= 0x1f;
  } else if (c >= 0xe0 && c < 0xf0) {
    length = 3;
    c &= 0x0f;
  } else if (c >= 0xf0 && c < 0xf5) {
    length = 4;
    c &= 0x07;
  } else {
    return 0;
  }
  if (length > available) {
    return 0;
  }
  for (size_t i = 1; i < length; i++) {
    if ((p[i] & 0xc0) != 0x80) {
      return 0;
    }
    c = c << 6 | (p[i] & 0x3f);
  }
  bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  bool invalid = overlong || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff || (c >= 0x80 && c < 0xa0);
  return invalid ? 0 : length;
}

static bool is_label(const uint8_t *field) {
  size_t at = 0;
  while (at < 32 && field[at] != 0) {
    size_t length = utf8_length(field + at, 32 - at);
    if (length == 0) {
      return false;
    }
    at += length;
  }
  if (at == 0 || at >= 32) {
    return false;
  }
  for (; at < 32; at++) {
    if (field[at] != 0) {
      return false;
    }
  }
  return true;
}

static rnnp_status_t check_header(const rnnp_header_t *header, size_t size) {
  if (memcmp(header->magic, "RNNP", 4) != 0) {
    return RNNP_ERR_MAGIC;
  }
  if (header->version != RNNP_MODEL_VERSION) {
    return RNNP_ERR_VERSION;
  }
  if (header->total_bytes != size || header->total_bytes % RNNP_MODEL_ALIGN != 0 || header->total_bytes > RNNP_MODEL_MAX_BYTES) {
    return RNNP_ERR_LENGTH;
  }
  bool detection = header->task == RNNP_TASK_DETECTION;
  bool ok = header->header_bytes == sizeof *header && header->record_bytes == sizeof(rnnp_layer_t) && header->reserved0 == 0 &&
            header->reserved1 == 0 && header->arena_bytes < INT32_MAX && is_name(header->name, sizeof header->name, false) &&
            (detection || header->task == RNNP_TASK_CLASSIFICATION) && (header->channels == 1 || header->channels == 3) &&
            in_range(header->width, 8, MAX_SIDE) && in_range(header->height, 8, MAX_SIDE) && in_range(header->layer_count, 1, MAX_LAYERS) &&
            header->layers_offset == sizeof *header &&
            header->labels_offset == header->layers_offset + header->layer_count * sizeof(rnnp_layer_t);
  if (ok && detection) {
    ok = header->label_count == 1 && in_range(header->anchor_count, 1, 65535) && header->score_threshold != 0 &&
         in_range(header->max_candidates, 1, 256) && in_range(header->max_detections, 1, header->max_candidates) &&
         header->nms_iou <= 65536 && in_range(header->variance0, 1, 65536) && in_range(header->variance1_log2e, 1, 65535);
  } else if (ok) {
    ok = in_range(header->label_count, 2, 256) && header->anchor_count == 0 && header->score_threshold == 0 &&
         header->max_candidates == 0 && header->max_detections == 0 && header->nms_iou == 0 && header->variance0 == 0 &&
         header->variance1_log2e == 0;
  }
  return ok ? RNNP_OK : RNNP_ERR_HEADER;
}

void rnnp_model_checksum_begin(rnnp_model_checksum_t *checksum, const rnnp_model_t *model) {
  static const uint8_t zeros[RNNP_SHA256_BYTES];
  const size_t at = offsetof(rnnp_header_t, sha256);
  checksum->model = model;
  checksum->offset = at + sizeof zeros;
  rnnp_sha256_init(&checksum->sha);
  rnnp_sha256_update(&checksum->sha, model->bytes, at);
  rnnp_sha256_update(&checksum->sha, zeros, sizeof zeros); /* the field of the checksum itself */
}

bool rnnp_model_checksum_step(rnnp_model_checksum_t *checksum, size_t most) {
  size_t left = checksum->model->header->total_bytes - checksum->offset;
  size_t count = left < most ? left : most;
  rnnp_sha256_update(&checksum->sha, checksum->model->bytes + checksum->offset, count);
  checksum->offset += count;
  return count == left;
}

rnnp_status_t rnnp_model_checksum_end(rnnp_model_checksum_t *checksum) {
  uint8_t digest[RNNP_SHA256_BYTES];
  rnnp_sha256_final(&checksum->sha, digest);
  return memcmp(digest, checksum->model->header->sha256, sizeof digest) == 0 ? RNNP_OK : RNNP_ERR_CHECKSUM;
}

/* Shape, zero point and scale of the map that the next layer reads. */
typedef struct {
  uint16_t width;
  uint16_t height;
  uint16_t channels;
  int8_t zero;
  uint32_t scale_bits; /* 0: any */
  uint32_t anchors;
  uint32_t cell; /* product of the strides */
  uint32_t heads;
  size_t end; /* of the sections so far */
} chain_t;

/* A residual block: an optional expansion, a depthwise convolution of stride 1, and this projection without ReLU6. */
static bool residual_fits(const rnnp_model_t *model, uint32_t index) {
  const rnnp_layer_t *layer = model->layers + index;
  if (!(layer->flags & RNNP_LAYER_RESIDUAL)) {
    return layer->residual == RNNP_NO_RESIDUAL;
  }
  if (layer->op != RNNP_OP_POINTWISE || (layer->flags & RNNP_LAYER_RELU6) || index < 1 || layer[-1].op != RNNP_OP_DEPTHWISE3X3 ||
      layer[-1].stride != 1) {
    return false;
  }
  bool expanded = layer->residual + 2u == index && layer[-2].op == RNNP_OP_POINTWISE && !(layer[-2].flags & RNNP_LAYER_RESIDUAL);
  if (layer->residual + 1u != index && !expanded) {
    return false;
  }
  const rnnp_layer_t *source = model->layers + layer->residual;
  return source->in_width == layer->out_width && source->in_height == layer->out_height && source->in_channels == layer->out_channels &&
         source->in_zero == layer->out_zero && source->in_scale_bits == layer->out_scale_bits;
}

static rnnp_status_t check_layer(const rnnp_model_t *model, uint32_t index, chain_t *chain) {
  const rnnp_layer_t *layer = model->layers + index;
  const rnnp_header_t *header = model->header;
  bool last = index + 1u == header->layer_count;
  if (!is_name(layer->name, sizeof layer->name, true) || !rnnp_layer_fields_valid(layer)) {
    return RNNP_ERR_LAYER;
  }
  if (layer->in_width != chain->width || layer->in_height != chain->height || layer->in_channels != chain->channels ||
      layer->in_zero != chain->zero || (chain->scale_bits != 0 && layer->in_scale_bits != chain->scale_bits) ||
      !residual_fits(model, index)) {
    return RNNP_ERR_CHAIN;
  }
  if (layer->op == RNNP_OP_DEPTHWISE3X3 && (last || layer[1].op != RNNP_OP_POINTWISE)) {
    return RNNP_ERR_CHAIN;
  }
  bool detection = header->task == RNNP_TASK_DETECTION;
  bool allowed = detection
                   ? layer->op != RNNP_OP_AVGPOOL && layer->op != RNNP_OP_DENSE && !(layer->op == RNNP_OP_RNNPOOL && layer->patch == 0)
                   : layer->op != RNNP_OP_HEAD && (layer->op == RNNP_OP_DENSE) == last;
  if (!allowed || (layer->op == RNNP_OP_DENSE && layer->out_channels != header->label_count)) {
    return RNNP_ERR_CHAIN;
  }
  rnnp_status_t status = rnnp_layer_sections_valid(layer, model->bytes, header->total_bytes, &chain->end);
  if (status != RNNP_OK) {
    return status;
  }
  if (layer->op == RNNP_OP_HEAD) {
    if (layer->first_anchor != chain->anchors || chain->cell > MAX_SIDE) {
      return RNNP_ERR_CHAIN;
    }
    chain->anchors += (uint32_t)layer->anchors * layer->in_width * layer->in_height;
    chain->heads++;
    return chain->anchors <= 65535 ? RNNP_OK : RNNP_ERR_CHAIN;
  }
  chain->width = layer->out_width;
  chain->height = layer->out_height;
  chain->channels = layer->out_channels;
  chain->zero = layer->out_zero;
  chain->scale_bits = layer->out_scale_bits;
  chain->cell = chain->cell > MAX_SIDE ? chain->cell : chain->cell * layer->stride;
  return RNNP_OK;
}

rnnp_status_t rnnp_model_open(rnnp_model_t *model, const void *bytes, size_t size) {
  rnnp_model_checksum_t checksum;
  rnnp_status_t status = rnnp_model_open_unhashed(model, bytes, size);
  if (status != RNNP_OK) {
    return status;
  }
  rnnp_model_checksum_begin(&checksum, model);
  (void)rnnp_model_checksum_step(&checksum, size);
  status = rnnp_model_checksum_end(&checksum);
  if (status != RNNP_OK) {
    memset(model, 0, sizeof *model);
  }
  return status;
}

rnnp_status_t rnnp_model_open_unhashed(rnnp_model_t *model, const void *bytes, size_t size) {
  if (!model || !bytes) {
    return RNNP_ERR_ARGUMENT;
  }
  memset(model, 0, sizeof *model);
  if ((uintptr_t)bytes % RNNP_MODEL_ALIGN != 0) {
    return RNNP_ERR_ALIGNMENT;
  }
  if (size < sizeof(rnnp_header_t)) {
    return RNNP_ERR_LENGTH;
  }
  rnnp_model_t opened = {.bytes = bytes, .header = bytes};
  const rnnp_header_t *header = opened.header;
  rnnp_status_t status = check_header(header, size);
  if (status != RNNP_OK) {
    return status;
  }
  size_t labels_end = header->labels_offset + 32u * (size_t)header->label_count;
  if (labels_end > size) {
    return RNNP_ERR_LENGTH;
  }
  for (uint32_t i = 0; i < header->label_count; i++) {
    if (!is_label(opened.bytes + header->labels_offset + 32 * i)) {
      return RNNP_ERR_LABEL;
    }
  }
  opened.layers = (const rnnp_layer_t *)(const void *)(opened.bytes + header->layers_offset);
  chain_t chain = {
    .width = header->width,
    .height = header->height,
    .channels = header->channels,
    .cell = 1,
    .end = labels_end,
  };
  for (uint32_t i = 0; i < header->layer_count; i++) {
    status = check_layer(&opened, i, &chain);
    if (status != RNNP_OK) {
      return status;
    }
  }
  bool detection = header->task == RNNP_TASK_DETECTION;
  if (chain.anchors != header->anchor_count || (detection && opened.layers[header->layer_count - 1].op != RNNP_OP_HEAD)) {
    return RNNP_ERR_CHAIN;
  }
  if (chain.end != size) {
    return RNNP_ERR_LENGTH;
  }
  status = rnnp_plan(&opened);
  if (status != RNNP_OK) {
    return status;
  }
  if (header->arena_bytes < opened.arena_bytes) {
    return RNNP_ERR_ARENA;
  }
  opened.work = rnnp_work(&opened);
  *model = opened;
  return RNNP_OK;
}

const char *rnnp_model_label(const rnnp_model_t *model, uint32_t index) {
  if (!model || !model->header || index >= model->header->label_count) {
    return "";
  }
  return (const char *)(model->bytes + model->header->labels_offset + 32 * index);
}
