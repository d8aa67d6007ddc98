#include "rnnp_layer_check.h"

#include "rnnp_plan.h"

#define MAX_MAP 4194304u
#define ACCUMULATOR_LIMIT 0x80000000ull

static bool in_range(uint32_t x, uint32_t low, uint32_t high) { return x >= low && x <= high; }

static uint32_t even(uint32_t x) { return (x + 1) & ~1u; }

static uint32_t magnitude(int32_t x) { return x < 0 ? 0u - (uint32_t)x : (uint32_t)x; }

static bool is_positive_float(uint32_t bits) { return bits > 0 && bits < 0x7f800000u; }

/* Sizes of the sections of a layer whose fields are valid. */
static void section_sizes(const rnnp_layer_t *layer, uint32_t sizes[RNNP_SECTIONS]) {
  uint32_t in = layer->in_channels;
  uint32_t outputs = even(layer->out_channels);
  uint32_t h1 = layer->hidden1;
  uint32_t h2 = layer->hidden2;
  for (uint32_t i = 0; i < RNNP_SECTIONS; i++) {
    sizes[i] = 0;
  }
  switch (layer->op) {
    case RNNP_OP_DEPTHWISE3X3:
      sizes[0] = 20 * in;
      sizes[1] = 8 * even(in);
      break;
    case RNNP_OP_RNNPOOL:
      sizes[0] = 2 * h1 * even(in);
      sizes[1] = 4 * h1;
      sizes[2] = 2 * h1 * h1;
      sizes[3] = 4 * h1;
      sizes[4] = 2 * h2 * h1;
      sizes[5] = 2 * h2 * h2;
      sizes[6] = 4 * h2;
      break;
    case RNNP_OP_AVGPOOL:
      sizes[1] = 8;
      break;
    default:
      sizes[0] = outputs * rnnp_layer_elements(layer);
      sizes[1] = 8 * outputs;
      break;
  }
  if (layer->op == RNNP_OP_HEAD) {
    sizes[2] = 8u * layer->anchors;
  }
}

static bool output_shape_valid(const rnnp_layer_t *layer) {
  uint32_t width = layer->in_width;
  uint32_t height = layer->in_height;
  uint32_t channels = layer->out_channels;
  switch (layer->op) {
    case RNNP_OP_CONV3X3:
    case RNNP_OP_DEPTHWISE3X3:
      if (!in_range(layer->stride, 1, 2)) {
        return false;
      }
      width = (width + layer->stride - 1) / layer->stride;
      height = (height + layer->stride - 1) / layer->stride;
      if (layer->op == RNNP_OP_DEPTHWISE3X3) {
        channels = layer->in_channels;
      }
      break;
    case RNNP_OP_RNNPOOL:
      channels = 4u * layer->hidden2;
      if (layer->patch == 0) {
        width = 1;
        height = 1;
        break;
      }
      if (layer->patch > 32 || !in_range(layer->stride, 1, layer->patch)) {
        return false;
      }
      uint32_t pads = 2u * ((layer->patch - (uint32_t)layer->stride) / 2);
      if (width + pads < layer->patch || height + pads < layer->patch) {
        return false;
      }
      width = (width + pads - layer->patch) / layer->stride + 1;
      height = (height + pads - layer->patch) / layer->stride + 1;
      break;
    case RNNP_OP_AVGPOOL:
      width = 1;
      height = 1;
      channels = layer->in_channels;
      break;
    case RNNP_OP_HEAD:
      channels = layer->class_outputs + 4u * layer->anchors;
      break;
    default:
      break;
  }
  return layer->out_width == width && layer->out_height == height && layer->out_channels == channels;
}

static bool unused_fields_zero(const rnnp_layer_t *layer) {
  bool conv = layer->op == RNNP_OP_CONV3X3 || layer->op == RNNP_OP_DEPTHWISE3X3;
  bool pool = layer->op == RNNP_OP_RNNPOOL;
  bool head = layer->op == RNNP_OP_HEAD;
  bool dense = layer->op == RNNP_OP_DENSE;
  return (conv || (pool && layer->patch != 0) || layer->stride == 1) &&
         (pool || (layer->patch == 0 && layer->g1 == 0 && layer->hidden1 == 0 && layer->hidden2 == 0)) &&
         (head || dense || layer->fraction == 0) &&
         (head || (layer->box_fraction == 0 && layer->class_outputs == 0 && layer->anchors == 0 && layer->first_anchor == 0 &&
                   layer->threshold == 0)) &&
         (!(pool || head || dense) || layer->out_zero == 0) && layer->reserved == 0;
}

bool rnnp_layer_fields_valid(const rnnp_layer_t *layer) {
  if (!in_range(layer->op, RNNP_OP_CONV3X3, RNNP_OP_DENSE) || (layer->flags & ~(RNNP_LAYER_RELU6 | RNNP_LAYER_RESIDUAL)) != 0 ||
      !in_range(layer->in_width, 1, 1024) || !in_range(layer->in_height, 1, 1024) || !in_range(layer->in_channels, 1, 1024) ||
      !in_range(layer->out_channels, 1, 1024) || !unused_fields_zero(layer) || !is_positive_float(layer->in_scale_bits) ||
      !is_positive_float(layer->out_scale_bits)) {
    return false;
  }
  bool conv = layer->op == RNNP_OP_CONV3X3 || layer->op == RNNP_OP_POINTWISE || layer->op == RNNP_OP_DEPTHWISE3X3;
  if ((layer->flags & RNNP_LAYER_RELU6) && (!conv || layer->out_zero != -128)) {
    return false;
  }
  if (layer->op == RNNP_OP_RNNPOOL && !(in_range(layer->g1, 1, 15) && in_range(layer->hidden1, 2, 64) && in_range(layer->hidden2, 2, 64) &&
                                        layer->hidden1 % 2 == 0 && layer->hidden2 % 2 == 0)) {
    return false;
  }
  if (layer->op == RNNP_OP_HEAD &&
      !(in_range(layer->box_fraction, 4, 12) && in_range(layer->anchors, 1, 16) && layer->class_outputs <= 1024)) {
    return false;
  }
  if ((layer->op == RNNP_OP_HEAD || layer->op == RNNP_OP_DENSE) && !in_range(layer->fraction, 4, 12)) {
    return false;
  }
  if (layer->op == RNNP_OP_DENSE && (layer->in_width != 1 || layer->in_height != 1)) {
    return false;
  }
  if ((uint32_t)layer->in_width * layer->in_height * layer->in_channels > MAX_MAP ||
      (uint32_t)layer->out_width * layer->out_height * layer->out_channels > MAX_MAP) {
    return false;
  }
  return output_shape_valid(layer);
}

/* |b| + 128 * sum |w| of one output. */
static uint64_t bound_of(const int8_t *row, uint32_t elements, int32_t bias) {
  uint64_t sum = magnitude(bias);
  for (uint32_t k = 0; k < elements; k++) {
    sum += 128u * magnitude(row[(k / 2) * 4 + (k % 2) * 2]);
  }
  return sum;
}

/*
 * The elements of a pair of outputs: none is -128, those that fill up a row are zero, and so are those of an output that does not
 * exist. Two elements of both outputs at a time, because this loop sees every byte of a package before the port opens.
 */
static bool elements_valid(const uint32_t *words, uint32_t elements, uint32_t period, uint32_t used, bool single) {
  const uint32_t present = single ? 0x00ff00ffu : 0xffffffffu;
  for (uint32_t from = 0; from < elements; from += period) {
    for (uint32_t k = 0; k < period; k += 2) {
      uint32_t word = *words++;
      uint32_t flipped = word ^ 0x80808080u;
      uint32_t allowed = k + 2 <= used ? present : k < used ? present & 0xffffu : 0;
      if ((word & ~allowed) != 0 || ((flipped - 0x01010101u) & ~flipped & 0x80808080u) != 0) {
        return false;
      }
    }
  }
  return true;
}

/* Int8 weights in pairs of outputs and of elements, and their {b, M}. */
static bool weights_valid(const rnnp_layer_t *layer, const int8_t *weights, const int32_t *params) {
  uint32_t elements = rnnp_layer_elements(layer);
  uint32_t outputs = even(layer->out_channels);
  bool rows = layer->op == RNNP_OP_CONV3X3 || layer->op == RNNP_OP_HEAD;
  uint32_t period = rows ? elements / 3 : elements;
  uint32_t used = rows ? 3u * layer->in_channels : layer->in_channels;
  for (uint32_t n = 0; n < outputs; n++) {
    const int8_t *pair = weights + (n / 2) * 2 * elements;
    if (n % 2 == 0 && !elements_valid((const uint32_t *)(const void *)pair, elements, period, used, n + 1 == layer->out_channels)) {
      return false;
    }
    bool within = magnitude(params[2 * n]) + 128ull * 127u * elements < ACCUMULATOR_LIMIT; /* for any weights */
    if ((!within && bound_of(pair + n % 2, elements, params[2 * n]) >= ACCUMULATOR_LIMIT) || params[2 * n + 1] < 0 ||
        (n >= layer->out_channels && (params[2 * n] != 0 || params[2 * n + 1] != 0))) {
      return false;
    }
  }
  return true;
}

static bool taps_valid(const rnnp_layer_t *layer, const int16_t *taps, const int32_t *params) {
  for (uint32_t c = 0; c < layer->in_channels; c++) {
    uint64_t sum = magnitude(params[2 * c]);
    for (uint32_t i = 0; i < 9; i++) {
      if (taps[i] < -127 || taps[i] > 127) {
        return false;
      }
      sum += 128u * magnitude(taps[i]);
    }
    if (taps[9] != 0 || sum >= ACCUMULATOR_LIMIT || params[2 * c + 1] < 0) {
      return false;
    }
    taps += 10;
  }
  return layer->in_channels % 2 == 0 || (params[2 * layer->in_channels] == 0 && params[2 * layer->in_channels + 1] == 0);
}

static bool matrix_valid(const int16_t *matrix, uint32_t rows, uint32_t columns, uint32_t start) {
  for (uint32_t n = 0; n < rows; n++) {
    uint64_t sum = start;
    for (uint32_t k = 0; k < columns; k++) {
      sum += 8192ull * magnitude(*matrix++);
    }
    if (sum >= ACCUMULATOR_LIMIT) {
      return false;
    }
  }
  return true;
}

static bool pool_valid(const rnnp_layer_t *layer, const uint8_t *package) {
  const int16_t *w1 = (const int16_t *)(const void *)(package + layer->section[0].offset);
  const int32_t *bias = (const int32_t *)(const void *)(package + layer->section[1].offset);
  uint32_t pairs = even(layer->in_channels) / 2;
  for (uint32_t n = 0; n < layer->hidden1; n++) {
    const int16_t *row = w1 + (n / 2) * 4 * pairs + (n % 2) * 2;
    uint64_t sum = magnitude(bias[n]);
    for (uint32_t k = 0; k < 2 * pairs; k++) {
      int16_t w = row[(k / 2) * 4 + k % 2];
      if (w != 0 && k >= layer->in_channels) {
        return false;
      }
      sum += 128ull * magnitude(w);
    }
    if (sum >= ACCUMULATOR_LIMIT) {
      return false;
    }
  }
  const int16_t *u1 = (const int16_t *)(const void *)(package + layer->section[2].offset);
  const int16_t *w2 = (const int16_t *)(const void *)(package + layer->section[4].offset);
  const int16_t *u2 = (const int16_t *)(const void *)(package + layer->section[5].offset);
  return matrix_valid(u1, layer->hidden1, layer->hidden1, 0) && matrix_valid(w2, layer->hidden2, layer->hidden1, 4096) &&
         matrix_valid(u2, layer->hidden2, layer->hidden2, 0);
}

static bool anchors_valid(const rnnp_layer_t *layer, const rnnp_anchor_t *anchors) {
  uint32_t outputs = 0;
  for (uint32_t i = 0; i < layer->anchors; i++) {
    if (!in_range(anchors[i].width, 16, 32767) || !in_range(anchors[i].height, 16, 32767) || !in_range(anchors[i].backgrounds, 1, 16) ||
        anchors[i].reserved != 0) {
      return false;
    }
    outputs += anchors[i].backgrounds + 1u;
  }
  return outputs == layer->class_outputs;
}

static bool average_valid(const rnnp_layer_t *layer, const int32_t *params) {
  return params[0] == -layer->in_zero * layer->in_width * layer->in_height && params[1] >= 0;
}

rnnp_status_t rnnp_layer_sections_valid(const rnnp_layer_t *layer, const uint8_t *package, size_t size, size_t *end) {
  uint32_t sizes[RNNP_SECTIONS];
  section_sizes(layer, sizes);
  size_t at = *end;
  for (uint32_t i = 0; i < RNNP_SECTIONS; i++) {
    const rnnp_section_t *section = layer->section + i;
    if (section->bytes != sizes[i] || section->offset != (sizes[i] ? at : 0)) {
      return RNNP_ERR_SECTION;
    }
    size_t next = (at + sizes[i] + 15) & ~(size_t)15;
    if (next > size) {
      return RNNP_ERR_SECTION;
    }
    for (size_t pad = at + sizes[i]; pad < next; pad++) {
      if (package[pad] != 0) {
        return RNNP_ERR_SECTION;
      }
    }
    at = next;
  }
  *end = at;
  const void *first = package + layer->section[0].offset;
  const int32_t *params = (const int32_t *)(const void *)(package + layer->section[1].offset);
  bool ok;
  switch (layer->op) {
    case RNNP_OP_DEPTHWISE3X3:
      ok = taps_valid(layer, first, params);
      break;
    case RNNP_OP_RNNPOOL:
      ok = pool_valid(layer, package);
      break;
    case RNNP_OP_AVGPOOL:
      ok = average_valid(layer, params);
      break;
    case RNNP_OP_HEAD:
      ok = weights_valid(layer, first, params) &&
           anchors_valid(layer, (const rnnp_anchor_t *)(const void *)(package + layer->section[2].offset));
      break;
    default:
      ok = weights_valid(layer, first, params);
      break;
  }
  return ok ? RNNP_OK : RNNP_ERR_WEIGHT;
}
