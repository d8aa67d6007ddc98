/* Detection heads: logits against the threshold, boxes of candidates, and suppression (docs/quantization.md, Decoding). */
#include "rnnp_decode_tables.h"
#include "rnnp_head.h"
#include "rnnp_stage.h"

uint16_t rnnp_score(int32_t logit, uint32_t fraction) {
  int64_t l16 = (int64_t)logit * (1 << (16 - fraction));
  if (l16 < -8 * 65536) {
    l16 = -8 * 65536;
  } else if (l16 > 8 * 65536 - 1) {
    l16 = 8 * 65536 - 1;
  }
  uint32_t offset = (uint32_t)((int32_t)l16 + 8 * 65536);
  uint32_t i = offset >> 13;
  int32_t from = rnnp_sigmoid_table[i];
  int32_t to = rnnp_sigmoid_table[i + 1];
  return (uint16_t)(from + (((to - from) * (int32_t)(offset & 8191) + 4096) >> 13));
}

/* A side of `size` grown by 2^(delta * E / 2^fraction). */
static int32_t grown(uint32_t size, int32_t delta, uint32_t fraction, uint32_t growth) {
  int64_t exact = ((int64_t)delta * growth + (1 << (fraction - 1))) >> fraction;
  int32_t e = exact < -4 * 65536 ? -4 * 65536 : exact > 4 * 65536 - 1 ? 4 * 65536 - 1 : (int32_t)exact;
  int32_t n = (int32_t)((uint32_t)(e + 4 * 65536) >> 16) - 4;
  uint32_t r = (uint32_t)e & 65535;
  uint32_t i = r >> 11;
  uint32_t m = rnnp_exp2_table[i] + (((rnnp_exp2_table[i + 1] - rnnp_exp2_table[i]) * (r & 2047) + 1024) >> 11);
  uint32_t factor = n < 0 ? m >> -n : m << n;
  return (int32_t)(((uint64_t)size * factor + 32768) >> 16);
}

static int32_t moved(int32_t centre, int32_t delta, uint32_t size, uint32_t fraction, uint32_t variance) {
  int64_t product = (int64_t)delta * ((int64_t)size * variance);
  return centre + (int32_t)((product + (1ll << (fraction + 15))) >> (fraction + 16));
}

/* Whether a comes before b: higher score, or the same and a lower anchor. */
static bool before(const rnnp_detection_t *a, const rnnp_detection_t *b) {
  return a->score != b->score ? a->score > b->score : a->anchor < b->anchor;
}

static void keep(rnnp_engine_t *engine, const rnnp_detection_t *candidate) {
  if (engine->candidate_count < engine->model->header->max_candidates) {
    engine->candidates[engine->candidate_count++] = *candidate;
    return;
  }
  rnnp_detection_t *worst = engine->candidates;
  for (uint32_t i = 1; i < engine->candidate_count; i++) {
    if (before(worst, engine->candidates + i)) {
      worst = engine->candidates + i;
    }
  }
  if (before(candidate, worst)) {
    *worst = *candidate;
  }
}

typedef struct {
  uint32_t anchor;
  int32_t logit;
  int32_t centre_x;
  int32_t centre_y;
  const int16_t *box; /* dx, dy, dw, dh, each RNNP_BLOCK apart */
} proposal_t;

static void propose(rnnp_engine_t *engine, const rnnp_layer_t *layer, const rnnp_anchor_t *size, const proposal_t *proposal) {
  const rnnp_header_t *header = engine->model->header;
  const int16_t *box = proposal->box;
  int32_t cx = moved(proposal->centre_x, box[0], size->width, layer->box_fraction, header->variance0);
  int32_t cy = moved(proposal->centre_y, box[RNNP_BLOCK], size->height, layer->box_fraction, header->variance0);
  int32_t w = grown(size->width, box[2 * RNNP_BLOCK], layer->box_fraction, header->variance1_log2e);
  int32_t h = grown(size->height, box[3 * RNNP_BLOCK], layer->box_fraction, header->variance1_log2e);
  int32_t left = cx - (w >> 1);
  int32_t top = cy - (h >> 1);
  int32_t right = rnnp_clamp(left + w, 0, 16 * header->width);
  int32_t bottom = rnnp_clamp(top + h, 0, 16 * header->height);
  left = rnnp_clamp(left, 0, 16 * header->width);
  top = rnnp_clamp(top, 0, 16 * header->height);
  if (right <= left || bottom <= top) {
    return;
  }
  rnnp_detection_t candidate = {
    .anchor = proposal->anchor,
    .score = rnnp_score(proposal->logit, layer->fraction),
    .left = (uint16_t)left,
    .top = (uint16_t)top,
    .right = (uint16_t)right,
    .bottom = (uint16_t)bottom,
  };
  keep(engine, &candidate);
}

/* Face logit minus the largest background logit of anchor `a`; `out` is advanced to the next anchor. */
static int32_t logit_of(const rnnp_anchor_t *anchor, const int16_t **out) {
  const int16_t *p = *out;
  int32_t background = *p;
  for (uint32_t i = 1; i < anchor->backgrounds; i++) {
    p += RNNP_BLOCK;
    background = *p > background ? *p : background;
  }
  p += RNNP_BLOCK;
  *out = p + RNNP_BLOCK;
  return *p - background;
}

/* Whether any of the block's first `count` pixels has a candidate. */
static bool any_candidate(const rnnp_layer_t *layer, const rnnp_anchor_t *anchors, const int16_t *out, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const int16_t *at = out + i;
    for (uint32_t a = 0; a < layer->anchors; a++) {
      if (logit_of(anchors + a, &at) >= layer->threshold) {
        return true;
      }
    }
  }
  return false;
}

/* Product of the strides of all layers before `layer`. */
static uint32_t cell_size(const rnnp_model_t *model, const rnnp_layer_t *layer) {
  uint32_t size = 1;
  for (const rnnp_layer_t *before_it = model->layers; before_it < layer; before_it++) {
    size *= before_it->stride;
  }
  return size;
}

static void propose_block(rnnp_engine_t *engine, const rnnp_stage_t *stage, const rnnp_anchor_t *anchors, const int16_t *out, uint32_t x,
                          uint32_t count) {
  const rnnp_layer_t *layer = stage->shape.first;
  uint32_t cell = cell_size(engine->model, layer);
  for (uint32_t i = 0; i < count; i++) {
    const int16_t *at = out + i;
    for (uint32_t a = 0; a < layer->anchors; a++) {
      proposal_t proposal = {.logit = logit_of(anchors + a, &at)};
      if (proposal.logit >= layer->threshold) {
        proposal.anchor = layer->first_anchor + ((uint32_t)stage->rows_out * layer->in_width + x + i) * layer->anchors + a;
        proposal.centre_x = (int32_t)((2 * (x + i) + 1) * 8 * cell);
        proposal.centre_y = (int32_t)((2u * stage->rows_out + 1) * 8 * cell);
        proposal.box = out + (layer->class_outputs + 4 * a) * RNNP_BLOCK + i;
        propose(engine, layer, anchors + a, &proposal);
      }
    }
  }
}

/* Boxes are computed only for blocks of four pixels that hold a candidate: most do not. */
void rnnp_head_emit(rnnp_engine_t *engine, rnnp_stage_t *stage) {
  const rnnp_layer_t *layer = stage->shape.first;
  const rnnp_anchor_t *anchors = (const rnnp_anchor_t *)(const void *)(stage->package + layer->section[2].offset);
  const rnnp_gemm_t gemm = rnnp_stage_gemm(stage, 1);
  int16_t *acts = (int16_t *)(void *)stage->scratch;
  int16_t *out = (int16_t *)(void *)(stage->scratch + rnnp_round8(8 * rnnp_layer_elements(layer)));
  uint32_t classes = (layer->class_outputs + 1u) & ~1u;
  uint32_t outputs = (layer->out_channels + 1u) & ~1u;
  bool observed = engine->observer && engine->observer->outputs;
  const uint32_t work = RNNP_BLOCK * layer->out_channels * (2u * gemm.pairs + 8u);
  const int8_t *rows[3];
  rnnp_ring_rows(stage, layer, 1, stage->rows_out, rows);
  for (uint32_t x = 0; x < layer->in_width; x += RNNP_BLOCK) {
    uint32_t count = layer->in_width - x < RNNP_BLOCK ? layer->in_width - x : RNNP_BLOCK;
    rnnp_im2col_3x3(rows, rnnp_ring_plane(layer->in_width), layer->in_channels, 1, acts);
    rnnp_gemm_s16(&gemm, acts, 0, classes, out);
    bool any = any_candidate(layer, anchors, out, count);
    if (any || observed) {
      rnnp_gemm_s16(&gemm, acts, classes, outputs - classes, out + classes * RNNP_BLOCK);
    }
    if (observed) {
      engine->observer->outputs(engine->observer->context, (uint32_t)(layer - engine->model->layers), stage->rows_out, x, out);
    }
    if (any) {
      propose_block(engine, stage, anchors, out, x, count);
    }
    if (rnnp_stage_pause(engine, stage, work)) {
      return;
    }
    for (uint32_t ky = 0; ky < 3; ky++) {
      rows[ky] += RNNP_BLOCK;
    }
  }
}

static void sort_candidates(rnnp_detection_t *list, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    rnnp_detection_t item = list[i];
    uint32_t at = i;
    for (; at > 0 && before(&item, list + at - 1); at--) {
      list[at] = list[at - 1];
    }
    list[at] = item;
  }
}

static uint32_t overlap(uint32_t from_a, uint32_t to_a, uint32_t from_b, uint32_t to_b) {
  uint32_t from = from_a > from_b ? from_a : from_b;
  uint32_t to = to_a < to_b ? to_a : to_b;
  return to > from ? to - from : 0;
}

static uint32_t area_of(const rnnp_detection_t *a) { return (uint32_t)(a->right - a->left) * (uint32_t)(a->bottom - a->top); }

static bool suppresses(const rnnp_detection_t *kept, const rnnp_detection_t *other, uint32_t limit) {
  uint64_t intersection =
    (uint64_t)overlap(kept->left, kept->right, other->left, other->right) * overlap(kept->top, kept->bottom, other->top, other->bottom);
  uint64_t joined = (uint64_t)area_of(kept) + area_of(other) - intersection;
  return intersection * 65536 > limit * joined;
}

uint32_t rnnp_suppress(rnnp_engine_t *engine) {
  const rnnp_header_t *header = engine->model->header;
  rnnp_detection_t *list = engine->candidates;
  uint32_t kept = 0;
  sort_candidates(list, engine->candidate_count);
  for (uint32_t i = 0; i < engine->candidate_count && kept < header->max_detections; i++) {
    bool dropped = false;
    for (uint32_t k = 0; k < kept && !dropped; k++) {
      dropped = suppresses(list + k, list + i, header->nms_iou);
    }
    if (!dropped) {
      list[kept++] = list[i];
    }
  }
  return kept;
}
