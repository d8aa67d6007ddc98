#include "rnnp/rnnp_kernels.h"
#include "rnnp/rnnp_rnnpool.h"

#define MOST_PATCH 32u
#define MOST_STATES 64u
#define MOST_SHIFT 15u
#define MOST_PIXELS 1024u
#define MOST_CHANNELS 1024u

/* The buffer: state, scratch, a row of input and a row of output as planes. */
typedef struct {
  uint32_t scratch;
  uint32_t in_row;
  uint32_t in_plane;
  uint32_t out_row;
  uint32_t out_plane;
  uint32_t bytes;
} layout_t;

static uint32_t round_up(uint32_t x, uint32_t multiple) { return (x + multiple - 1) & ~(multiple - 1); }

static bool in_range(uint32_t x, uint32_t least, uint32_t most) { return x >= least && x <= most; }

static bool is_size_of_cell(uint32_t x) { return in_range(x, 2, MOST_STATES) && x % 2 == 0; }

static bool valid(const rnnp_rnnpool_params_t *params) {
  if (!in_range(params->in_width, 1, MOST_PIXELS) || !in_range(params->in_height, 1, MOST_PIXELS) ||
      !in_range(params->in_channels, 1, MOST_CHANNELS) || !is_size_of_cell(params->hidden1) || !is_size_of_cell(params->hidden2) ||
      !in_range(params->shift, 1, MOST_SHIFT)) {
    return false;
  }
  if (params->patch == 0) {
    return params->stride == 1;
  }
  if (params->patch > MOST_PATCH || !in_range(params->stride, 1, params->patch)) {
    return false;
  }
  const uint32_t padding = (params->patch - (uint32_t)params->stride) / 2 * 2;
  return params->in_width + padding >= params->patch && params->in_height + padding >= params->patch;
}

static layout_t layout_of(const rnnp_rnnpool_params_t *params) {
  layout_t layout;
  layout.scratch = rnnp_rnnpool_state_bytes(params);
  layout.in_row = layout.scratch + rnnp_rnnpool_scratch_bytes(params, 0, 0);
  layout.in_plane = round_up(params->in_width, RNNP_BLOCK);
  layout.out_row = layout.in_row + round_up(params->in_channels * layout.in_plane, 8);
  layout.out_plane = rnnp_rnnpool_out_width(params);
  layout.bytes = layout.out_row + round_up(4u * params->hidden2 * layout.out_plane, 8);
  return layout;
}

int32_t rnnp_rnnpool_s8_get_buffer_size(const rnnp_rnnpool_params_t *params) {
  return params && valid(params) ? (int32_t)layout_of(params).bytes : -1;
}

rnnp_status_t rnnp_rnnpool_s8(const rnnp_rnnpool_context_t *ctx, const rnnp_rnnpool_params_t *params, const rnnp_rnnpool_weights_t *weights,
                              const int8_t *input, int8_t *output) {
  if (!ctx || !params || !weights || !input || !output || !ctx->buf || !valid(params)) {
    return RNNP_ERR_ARGUMENT;
  }
  if ((uintptr_t)ctx->buf % 8 != 0) {
    return RNNP_ERR_ALIGNMENT;
  }
  const layout_t layout = layout_of(params);
  if (ctx->size < (int32_t)layout.bytes) {
    return RNNP_ERR_ARENA;
  }
  uint8_t *buffer = ctx->buf;
  const rnnp_row_t in = {(int8_t *)buffer + layout.in_row, layout.in_plane, RNNP_TILE};
  const rnnp_row_t out = {(int8_t *)buffer + layout.out_row, layout.out_plane, RNNP_TILE};
  rnnp_rnnpool_t pool = {.params = *params, .weights = *weights, .state = buffer, .scratch = buffer + layout.scratch};
  rnnp_rnnpool_begin(&pool);
  for (uint32_t y = 0; y < params->in_height; y++) {
    for (uint32_t x = 0; x < params->in_width; x++) {
      for (uint32_t c = 0; c < params->in_channels; c++) {
        in.data[c * in.plane + x] = *input++;
      }
    }
    rnnp_rnnpool_absorb(&pool, &in);
    while (rnnp_rnnpool_ready(&pool)) {
      rnnp_rnnpool_emit(&pool, &out);
      for (uint32_t x = 0; x < layout.out_plane; x++) {
        for (uint32_t c = 0; c < 4u * params->hidden2; c++) {
          *output++ = out.data[c * out.plane + x];
        }
      }
    }
  }
  return RNNP_OK;
}
