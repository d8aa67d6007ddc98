/* The work of a package: docs/model-format.md, Work. */
#include "rnnp_plan.h"

#define PER_OUTPUT 8u /* bias, requantization and storing, in multiply-accumulates */

/* A step of a cell: its matrix product and its gates. */
static uint32_t step_work(uint32_t size) { return size * (size + 4u) + 24u; }

static uint64_t pool_work(const rnnp_layer_t *layer) {
  const uint32_t across = layer->patch > 0 ? layer->patch : layer->in_width;
  const uint32_t down = layer->patch > 0 ? layer->patch : layer->in_height;
  const uint32_t h1 = layer->hidden1;
  const uint32_t h2 = layer->hidden2;
  const uint32_t row_ends = (uint32_t)layer->out_width * layer->in_height;
  const uint32_t column_ends = (uint32_t)layer->in_width * layer->out_height;
  const uint64_t inputs = (uint64_t)rnnp_round4(layer->in_width) * layer->in_height * h1 * (((layer->in_channels + 1u) & ~1u) + PER_OUTPUT);
  const uint64_t steps = (uint64_t)row_ends * across + (uint64_t)column_ends * down;
  const uint64_t summaries = 2ull * layer->out_width * layer->out_height * (across + down);
  return inputs + steps * step_work(h1) + (uint64_t)(row_ends + column_ends) * h2 * (h1 + 4u) + summaries * step_work(h2);
}

static uint64_t layer_work(const rnnp_model_t *model, uint32_t index) {
  const rnnp_layer_t *layer = model->layers + index;
  if (layer->op == RNNP_OP_RNNPOOL) {
    return pool_work(layer);
  }
  const bool average = layer->op == RNNP_OP_AVGPOOL;
  const uint32_t width = average ? layer->in_width : layer->out_width;
  const uint32_t height = average ? layer->in_height : layer->out_height;
  uint32_t per_pixel = (layer->out_channels + 1u) & ~1u;
  if (layer->op == RNNP_OP_DEPTHWISE3X3) {
    per_pixel *= 10u + PER_OUTPUT;
  } else if (!average) {
    per_pixel *= rnnp_layer_elements(layer) + PER_OUTPUT;
  }
  return (uint64_t)rnnp_round4(width) * height * per_pixel;
}

uint32_t rnnp_work(const rnnp_model_t *model) {
  uint64_t work = 0;
  for (uint32_t i = 0; i < model->header->layer_count; i++) {
    work += layer_work(model, i);
  }
  return work < UINT32_MAX ? (uint32_t)work : UINT32_MAX;
}
