/* RNNPool's sweeps along rows, and the state that all of its parts share. Included by rnnp_rnnpool.c only. */
#ifndef RNNP_RNNPOOL_ROWS_H
#define RNNP_RNNPOOL_ROWS_H

#include <string.h>

#include "rnnp/rnnp_kernels.h"
#include "rnnp_rnnpool_windows.h"

/* The parts of the state. */
typedef struct {
  int16_t *columns; /* [phase][x][wide] running states, turned into W2 times their ends when a row of windows is done */
  int16_t *ends;    /* [slot_of(row)][window][h2] W2 times the ends of row sweeps */
  int16_t *sweeps;  /* [phase][h1] running states of the row that is being read */
  int16_t *lead;    /* [n - 1][h1] states after n padding pixels, n = 1 .. pad */
  int16_t *outside; /* [h2] W2 times the end of a sweep outside the picture */
  int16_t *input;   /* [pixel][h1] w of a chunk of pixels */
  int16_t *acts;    /* four pixels */
  int16_t *gather;  /* [n][h2] a sequence for the second cell that does not lie in memory as such */
  int16_t *h;       /* [wide] a state */
  int16_t *zero;    /* [wide] zeros */
  int8_t *waiting;  /* [block][2 * h2][window % 4] outputs whose place is not free yet, from the last block on */
  rnnp_cell_t cell1;
  rnnp_cell_t cell2;
  const int16_t *w2;
  uint32_t h1;
  uint32_t h2;
  int32_t wide;
  uint32_t phase_bytes;
  bool slow; /* cells of a size that is not written in assembly: call `pause` after each window */
  windows_t windows;
  const rnnp_rnnpool_t *pool;
} parts_t;

static bool pause(const parts_t *parts, uint32_t work) { return parts->pool->pause && parts->pool->pause(parts->pool->context, work); }

/* First and last window that reach into positions at .. at + count - 1, of `windows`; last < first when there is none. */
static void windows_at(uint32_t at, uint32_t count, uint32_t pad, uint32_t patch, uint32_t stride, uint32_t windows, uint32_t *first,
                       uint32_t *last) {
  *first = at + pad < patch ? 0 : (at + pad - patch) / stride + 1;
  *last = (at + count - 1 + pad) / stride;
  if (*last >= windows) {
    *last = windows - 1;
  }
}

/* Where the ends of the sweeps along a row lie. Those of the first row of windows, padding included, are in order. */
static uint32_t slot_of(const parts_t *parts, uint32_t row) { return (row + parts->windows.pad) % parts->windows.patch_height; }

/* `padding`: the steps of a sweep beyond the picture. */
static void end_sweep(const parts_t *parts, int16_t *h, uint32_t window, uint32_t padding) {
  if (padding > 0) {
    rnnp_rnn_steps(&parts->cell1, h, 0, parts->zero, 0, padding);
  }
  const uint32_t slot = slot_of(parts, parts->pool->rows_in);
  int16_t *to = parts->ends + (slot * parts->windows.out_width + window) * parts->h2;
#if RNNP_MVE
  if (parts->h1 == 16 && parts->h2 == 16) {
    memcpy(to, h, 32); /* end_rows */
    return;
  }
#endif
  rnnp_rnn_project(parts->w2, parts->h2, parts->h1, h, to);
}

#if RNNP_MVE
/* Multiplies the ends of the sweeps along a row by W2, two at a time. */
static void end_rows(const parts_t *parts) {
  if (parts->h1 == 16 && parts->h2 == 16) {
    const uint32_t slot = slot_of(parts, parts->pool->rows_in);
    const uint32_t count = parts->windows.out_width;
    rnnp_rnn_project_all_mve(parts->w2, 16, 16, parts->ends + slot * count * 16, 16, count);
  }
}
#endif

#if RNNP_MVE
/* A sweep along a part of a row: `steps` steps, and what follows them. */
typedef struct {
  rnnp_rnn_run_t run;
  uint32_t steps;
  uint32_t window;
  uint32_t padding;
  bool ends; /* in this part */
} sweep_t;

/* Sweeps that run side by side. The second one is `sweeps[1 - waiting]`. */
typedef struct {
  sweep_t sweeps[2];
  uint32_t waiting;
  bool any;
} sweep_pair_t;

static void finish_sweep(const parts_t *parts, const sweep_t *sweep) {
  if (sweep->steps > 0) {
    rnnp_rnn_steps(&parts->cell1, sweep->run.h, 0, sweep->run.w, sweep->run.w_stride, sweep->steps);
  }
  if (sweep->ends) {
    end_sweep(parts, sweep->run.h, sweep->window, sweep->padding);
  }
}

static void finish_waiting(const parts_t *parts, sweep_pair_t *pair) {
  if (pair->any) {
    finish_sweep(parts, &pair->sweeps[pair->waiting]);
    pair->any = false;
  }
}

/* Runs both to the end of the shorter one. The other one waits for the next. */
static void run_both(const parts_t *parts, sweep_pair_t *pair) {
  sweep_t *old = &pair->sweeps[pair->waiting];
  sweep_t *young = &pair->sweeps[1 - pair->waiting];
  if (pair->any) {
    const uint32_t steps = old->steps < young->steps ? old->steps : young->steps;
    rnnp_rnn_pair_mve(&parts->cell1, &old->run, &young->run, steps);
    old->run.w += (int32_t)steps * old->run.w_stride;
    young->run.w += (int32_t)steps * young->run.w_stride;
    old->steps -= steps;
    young->steps -= steps;
    if (old->steps > 0) {
      finish_sweep(parts, young);
      return;
    }
    finish_sweep(parts, old);
  }
  pair->waiting = 1 - pair->waiting;
  pair->any = true;
}
#endif

static void sweep_rows(const parts_t *parts, uint32_t x, uint32_t count) {
  const windows_t *windows = &parts->windows;
  const uint32_t in_width = parts->pool->params.in_width;
  uint32_t window;
  uint32_t last;
#if RNNP_MVE
  sweep_pair_t pair;
  pair.any = false;
  pair.waiting = 0;
#endif
  windows_at(x, count, windows->pad, windows->patch_width, windows->stride, windows->out_width, &window, &last);
  for (; window < last + 1; window++) {
    if (parts->slow && pause(parts, count * parts->h1 * parts->h1)) {
      return;
    }
    int32_t start = (int32_t)(window * windows->stride) - (int32_t)windows->pad;
    int32_t end = start + (int32_t)windows->patch_width;
    uint32_t from = start > (int32_t)x ? (uint32_t)start : x;
    uint32_t to = end < (int32_t)(x + count) ? (uint32_t)end : x + count;
    int16_t *h = parts->sweeps + (window % windows->phases) * parts->h1;
#if RNNP_MVE
    /* the state of a window takes the place of that of an earlier one */
    if (pair.any && pair.sweeps[pair.waiting].run.h == h) {
      finish_waiting(parts, &pair);
    }
#endif
    if ((int32_t)from == start) {
      rnnp_rnn_first(&parts->cell1, h, 0, parts->input + (from - x) * parts->h1, 0, 1);
      from++;
    } else if (x == 0) {
      memcpy(h, parts->lead + (uint32_t)(-start - 1) * parts->h1, 2 * parts->h1);
    }
    const int16_t *w = parts->input + (from - x) * parts->h1;
    const bool ends = end == (int32_t)to || to == in_width;
#if RNNP_MVE
    pair.sweeps[1 - pair.waiting] = (sweep_t){{h, w, 0, (int32_t)parts->h1}, to - from, window, (uint32_t)end - to, ends};
    run_both(parts, &pair);
#else
    rnnp_rnn_steps(&parts->cell1, h, 0, w, (int32_t)parts->h1, to - from);
    if (ends) {
      end_sweep(parts, h, window, (uint32_t)end - to);
    }
#endif
  }
#if RNNP_MVE
  finish_waiting(parts, &pair);
#endif
}

#endif
