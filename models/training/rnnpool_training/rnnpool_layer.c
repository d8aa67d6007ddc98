/* RNNPoolLayer, forward and backward, for one shape of cell (compiled per K input channels, H units, kind of gate).

   Two facts make this cheap. A row sweep over columns [j, j+p) does not depend on which rows a patch covers, so
   overlapping patches share it (likewise down the columns); and W x belongs to the pixel alone. One thread works on one
   image, whose whole state stays in its second-level cache.

   Arrays are channels-last: input [images][rows][cols][K], output [images][out_rows][out_cols][4 H]. The FastGRNN cell:
       a = W x + U h,  z = gate(a + bz),  c = candidate(a + bh),  h' = z h + (1 - z) c,  h_0 = 0.
   The backward pass runs a block of windows forward again, keeping the block's trace on the stack, rather than read the
   trace of every window back from memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifndef K
#define K 8
#endif
#ifndef H
#define H 16
#endif
#ifndef HARD
#define HARD 1
#endif
#define MAX_PATCH 16
#define BLOCK 8

typedef float vec __attribute__((vector_size(4 * H), aligned(4)));
typedef int mask __attribute__((vector_size(4 * H), aligned(4)));
#define INLINE static inline __attribute__((always_inline))
#define LOAD(p) (*(const vec *)(p))
#define STORE(p, v) (*(vec *)(p) = (v))

static float *floats(size_t count) { return aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64); }

INLINE vec splat(float x) { return x - (vec){0}; }
INLINE vec select_vec(mask m, vec yes, vec no) { return (vec)(((mask)yes & m) | ((mask)no & ~m)); }

#if HARD
INLINE vec clip(vec x, float low, float high) {
  x = select_vec(x < low, splat(low), x);
  return select_vec(x > high, splat(high), x);
}
INLINE vec gate(vec x) { return clip(x * 0.5f + 0.5f, 0.f, 1.f); }
INLINE vec candidate(vec x) { return clip(x, -1.f, 1.f); }
INLINE vec gate_slope(vec x, vec z) { (void)z; return select_vec((x >= -1.f) & (x <= 1.f), splat(0.5f), splat(0.f)); }
INLINE vec candidate_slope(vec x, vec c) { (void)c; return select_vec((x >= -1.f) & (x <= 1.f), splat(1.f), splat(0.f)); }
#else
INLINE vec gate(vec x) {
  float v[H];
  memcpy(v, &x, sizeof v);
  for (int j = 0; j < H; j++) v[j] = 1.f / (1.f + expf(-v[j]));
  memcpy(&x, v, sizeof v);
  return x;
}
INLINE vec candidate(vec x) { return gate(x * 2.f) * 2.f - 1.f; }
INLINE vec gate_slope(vec x, vec z) { (void)x; return z * (1.f - z); }
INLINE vec candidate_slope(vec x, vec c) { (void)x; return 1.f - c * c; }
#endif

typedef struct {
  float U[H * H];  /* row j: weights of unit j */
  float Ut[H * H]; /* row k: weights from unit k */
  vec bz, bh;
} cell;

typedef struct {
  vec Ut[H], bz, bh; /* Ut: row k is the gradient of every unit's weight from unit k */
} cell_gradient;

typedef struct {
  vec a[MAX_PATCH][BLOCK], h[MAX_PATCH + 1][BLOCK], d[MAX_PATCH][BLOCK];
} __attribute__((aligned(64))) trace;

typedef struct {
  long windows, patch, stride, pitch; /* pitch: floats between two positions of a line */
} sweep;

/* n neighbouring windows of one line, the first being window w; n is a compile-time constant wherever it is inlined. */
INLINE void run_block(const float *line, const sweep *s, long w, int n, int reverse, const cell *c, trace *t) {
  for (int q = 0; q < n; q++) t->h[0][q] = (vec){0};
  for (long i = 0; i < s->patch; i++) {
    long at = reverse ? s->patch - 1 - i : i;
    vec acc[BLOCK];
    for (int q = 0; q < n; q++) acc[q] = LOAD(line + ((w + q) * s->stride + at) * s->pitch);
    if (i > 0) {
      for (int k = 0; k < H; k++) {
        vec u = LOAD(c->Ut + k * H);
        for (int q = 0; q < n; q++) acc[q] += ((const float *)&t->h[i][q])[k] * u;
      }
    }
    for (int q = 0; q < n; q++) {
      vec z = gate(acc[q] + c->bz), m = candidate(acc[q] + c->bh);
      t->a[i][q] = acc[q];
      t->h[i + 1][q] = m + z * (t->h[i][q] - m);
    }
  }
}

INLINE void back_block(float *grad_line, const sweep *s, long w, int n, int reverse, const cell *c, trace *t, vec *g,
                       cell_gradient *out) {
  vec sum_z = {0}, sum_h = {0};
  for (long i = s->patch - 1; i >= 0; i--) {
    long at = reverse ? s->patch - 1 - i : i;
    for (int q = 0; q < n; q++) {
      vec xz = t->a[i][q] + c->bz, xh = t->a[i][q] + c->bh, z = gate(xz), m = candidate(xh);
      vec dz = g[q] * (t->h[i][q] - m) * gate_slope(xz, z);
      vec dh = g[q] * (1.f - z) * candidate_slope(xh, m);
      float *cellgrad = grad_line + ((w + q) * s->stride + at) * s->pitch;
      sum_z += dz;
      sum_h += dh;
      t->d[i][q] = dz + dh;
      STORE(cellgrad, LOAD(cellgrad) + dz + dh);
      g[q] *= z;
    }
    if (i > 0) {
      vec acc[BLOCK];
      for (int q = 0; q < n; q++) acc[q] = g[q];
      for (int j = 0; j < H; j++) {
        vec u = LOAD(c->U + j * H);
        for (int q = 0; q < n; q++) acc[q] += ((const float *)&t->d[i][q])[j] * u;
      }
      for (int q = 0; q < n; q++) g[q] = acc[q];
    }
  }
  vec sum[H];
  for (int k = 0; k < H; k++) sum[k] = out->Ut[k];
  for (long i = 1; i < s->patch; i++)
    for (int q = 0; q < n; q++) {
      vec d = t->d[i][q];
      for (int k = 0; k < H; k++) sum[k] += ((const float *)&t->h[i][q])[k] * d;
    }
  for (int k = 0; k < H; k++) out->Ut[k] = sum[k];
  out->bz += sum_z;
  out->bh += sum_h;
}

#define FOR_EACH_BLOCK(body)                                   \
  {                                                            \
    long w = 0;                                                \
    for (; w + 8 <= s->windows; w += 8) body(8);               \
    if (w + 4 <= s->windows) { body(4); w += 4; }              \
    if (w + 2 <= s->windows) { body(2); w += 2; }              \
    if (w < s->windows) body(1);                               \
  }

/* out: final state of window w at out + w * out_pitch */
static void sweep_forward(const float *line, const sweep *s, int reverse, const cell *c, float *out, long out_pitch,
                          trace *t) {
#define FORWARD(n)                                                                                        \
  {                                                                                                       \
    run_block(line, s, w, n, reverse, c, t);                                                              \
    for (int q = 0; q < n; q++) STORE(out + (w + q) * out_pitch, t->h[s->patch][q]);                      \
  }
  FOR_EACH_BLOCK(FORWARD)
}

static void sweep_backward(const float *line, float *grad_line, const sweep *s, int reverse, const cell *c,
                           const float *grad_out, long out_pitch, trace *t, cell_gradient *gradient) {
#define BACKWARD(n)                                                                                       \
  {                                                                                                       \
    vec g[BLOCK];                                                                                         \
    run_block(line, s, w, n, reverse, c, t);                                                              \
    for (int q = 0; q < n; q++) g[q] = LOAD(grad_out + (w + q) * out_pitch);                              \
    back_block(grad_line, s, w, n, reverse, c, t, g, gradient);                                           \
  }
  FOR_EACH_BLOCK(BACKWARD)
}

static void cell_init(cell *c, const float *U, const float *bz, const float *bh) {
  memcpy(c->U, U, sizeof c->U);
  for (int j = 0; j < H; j++)
    for (int k = 0; k < H; k++) c->Ut[k * H + j] = U[j * H + k];
  c->bz = LOAD(bz);
  c->bh = LOAD(bh);
}

/* y[i] = M x[i], M [H][inputs] given transposed, for count vectors of H units */
INLINE void project(const float *Mt, int inputs, const float *x, float *y, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    vec acc[4] = {{0}};
    for (int k = 0; k < inputs; k++) {
      vec m = LOAD(Mt + k * H);
      for (int q = 0; q < 4; q++) acc[q] += x[(i + q) * inputs + k] * m;
    }
    for (int q = 0; q < 4; q++) STORE(y + (i + q) * H, acc[q]);
  }
  for (; i < count; i++) {
    vec acc = {0};
    for (int k = 0; k < inputs; k++) acc += x[i * inputs + k] * LOAD(Mt + k * H);
    STORE(y + i * H, acc);
  }
}

/* gMt [inputs][H] += outer products of x [count][inputs] and g [count][H] */
INLINE void project_weights(const float *x, int inputs, const float *g, long count, vec *gMt) {
  for (long i = 0; i < count; i++) {
    vec d = LOAD(g + i * H);
    for (int k = 0; k < inputs; k++) gMt[k] += x[i * inputs + k] * d;
  }
}

typedef struct {
  long images, rows, cols, patch, stride, pad;
} geometry;

typedef struct {
  long R, C, nr, nc;
  sweep row, col, down, across; /* RNN1 along rows, along columns; RNN2 down a column of row states, across */
} plan;

static plan make_plan(const geometry *g) {
  plan p;
  p.R = g->rows + 2 * g->pad;
  p.C = g->cols + 2 * g->pad;
  p.nr = (p.R - g->patch) / g->stride + 1;
  p.nc = (p.C - g->patch) / g->stride + 1;
  p.row = (sweep){p.nc, g->patch, g->stride, H};
  p.col = (sweep){p.nr, g->patch, g->stride, p.C * H};
  p.down = (sweep){p.nr, g->patch, g->stride, p.nc * H};
  p.across = (sweep){p.nc, g->patch, g->stride, H};
  return p;
}

/* parameters of a cell, as PyTorch keeps them: W [H][inputs], U [H][H], bz [H], bh [H] */
typedef struct {
  const float *W, *U, *bz, *bh;
} weights;

typedef struct {
  float *W, *U, *bz, *bh;
} weight_gradients;

static void transpose(const float *W, float *Wt, int rows, int cols) {
  for (int j = 0; j < rows; j++)
    for (int k = 0; k < cols; k++) Wt[k * rows + j] = W[j * cols + k];
}

static void pixel_projection(const float *x, const geometry *g, const plan *p, const float *W1t, float *w) {
  memset(w, 0, sizeof(float) * p->R * p->C * H);
  for (long r = 0; r < g->rows; r++)
    project(W1t, K, x + r * g->cols * K, w + ((r + g->pad) * p->C + g->pad) * H, g->cols);
}

/* row_state [images][R][nc][H] and col_state [images][nr][C][H] are kept for the backward pass.
   Returns 0, or 1 when out of memory. */
int rnnpool_forward(const geometry *g, const weights *w1, const weights *w2, const float *input, float *output,
                    float *row_state, float *col_state) {
  plan p = make_plan(g);
  cell c1, c2;
  float W1t[K * H], W2t[H * H];
  int failed = 0;
  cell_init(&c1, w1->U, w1->bz, w1->bh);
  cell_init(&c2, w2->U, w2->bz, w2->bh);
  transpose(w1->W, W1t, H, K);
  transpose(w2->W, W2t, H, H);
#pragma omp parallel
  {
    trace t;
    float *w = floats(p.R * p.C * H);
    float *rw = floats(p.R * p.nc * H), *cw = floats(p.nr * p.C * H);
    if (!w || !rw || !cw) {
#pragma omp atomic write
      failed = 1;
    }
#pragma omp barrier
    if (!failed) {
#pragma omp for schedule(dynamic, 1)
      for (long b = 0; b < g->images; b++) {
        float *rows = row_state + b * p.R * p.nc * H, *cols = col_state + b * p.nr * p.C * H;
        float *out = output + b * p.nr * p.nc * 4 * H;
        pixel_projection(input + b * g->rows * g->cols * K, g, &p, W1t, w);
        for (long r = 0; r < p.R; r++) sweep_forward(w + r * p.C * H, &p.row, 0, &c1, rows + r * p.nc * H, H, &t);
        for (long c = 0; c < p.C; c++) sweep_forward(w + c * H, &p.col, 0, &c1, cols + c * H, p.C * H, &t);
        project(W2t, H, rows, rw, p.R * p.nc);
        project(W2t, H, cols, cw, p.nr * p.C);
        for (long j = 0; j < p.nc; j++)
          for (int reverse = 0; reverse < 2; reverse++)
            sweep_forward(rw + j * H, &p.down, reverse, &c2, out + (j * 4 + reverse) * H, p.nc * 4 * H, &t);
        for (long i = 0; i < p.nr; i++)
          for (int reverse = 0; reverse < 2; reverse++)
            sweep_forward(cw + i * p.C * H, &p.across, reverse, &c2, out + (i * p.nc * 4 + 2 + reverse) * H, 4 * H, &t);
      }
    }
    free(w);
    free(rw);
    free(cw);
  }
  return failed;
}

static void add_gradients(const cell_gradient *g, const vec *Wt, int inputs, weight_gradients *out) {
  for (int j = 0; j < H; j++) {
    for (int k = 0; k < inputs; k++) out->W[j * inputs + k] += ((const float *)&Wt[k])[j];
    for (int k = 0; k < H; k++) out->U[j * H + k] += ((const float *)&g->Ut[k])[j];
    out->bz[j] += ((const float *)&g->bz)[j];
    out->bh[j] += ((const float *)&g->bh)[j];
  }
}

/* grad_input is written; the gradients of the weights are added to. Returns 0, or 1 when out of memory. */
int rnnpool_backward(const geometry *g, const weights *w1, const weights *w2, const float *input,
                     const float *row_state, const float *col_state, const float *grad_output, float *grad_input,
                     weight_gradients *g1, weight_gradients *g2) {
  plan p = make_plan(g);
  cell c1, c2;
  float W1t[K * H], W2t[H * H];
  int failed = 0;
  cell_init(&c1, w1->U, w1->bz, w1->bh);
  cell_init(&c2, w2->U, w2->bz, w2->bh);
  transpose(w1->W, W1t, H, K);
  transpose(w2->W, W2t, H, H);
#pragma omp parallel
  {
    trace t;
    cell_gradient d1 = {0}, d2 = {0};
    vec dW1[K] = {{0}}, dW2[H] = {{0}};
    size_t map = p.R * p.C * H, row = p.R * p.nc * H, col = p.nr * p.C * H;
    float *w = floats(map), *gw = floats(map), *rw = floats(row), *grw = floats(row), *cw = floats(col), *gcw = floats(col);
    if (!w || !gw || !rw || !grw || !cw || !gcw) {
#pragma omp atomic write
      failed = 1;
    }
#pragma omp barrier
    if (!failed) {
#pragma omp for schedule(dynamic, 1)
      for (long b = 0; b < g->images; b++) {
        const float *rows = row_state + b * p.R * p.nc * H, *cols = col_state + b * p.nr * p.C * H;
        const float *x = input + b * g->rows * g->cols * K, *gout = grad_output + b * p.nr * p.nc * 4 * H;
        float *gx = grad_input + b * g->rows * g->cols * K;
        project(W2t, H, rows, rw, p.R * p.nc);
        project(W2t, H, cols, cw, p.nr * p.C);
        memset(grw, 0, row * sizeof(float));
        memset(gcw, 0, col * sizeof(float));
        for (long j = 0; j < p.nc; j++)
          for (int reverse = 0; reverse < 2; reverse++)
            sweep_backward(rw + j * H, grw + j * H, &p.down, reverse, &c2, gout + (j * 4 + reverse) * H, p.nc * 4 * H, &t, &d2);
        for (long i = 0; i < p.nr; i++)
          for (int reverse = 0; reverse < 2; reverse++)
            sweep_backward(cw + i * p.C * H, gcw + i * p.C * H, &p.across, reverse, &c2,
                           gout + (i * p.nc * 4 + 2 + reverse) * H, 4 * H, &t, &d2);
        project_weights(rows, H, grw, p.R * p.nc, dW2);
        project_weights(cols, H, gcw, p.nr * p.C, dW2);
        project(w2->W, H, grw, rw, p.R * p.nc); /* W2^T g: W2 itself is the transpose that project wants */
        project(w2->W, H, gcw, cw, p.nr * p.C);
        pixel_projection(x, g, &p, W1t, w);
        memset(gw, 0, map * sizeof(float));
        for (long r = 0; r < p.R; r++)
          sweep_backward(w + r * p.C * H, gw + r * p.C * H, &p.row, 0, &c1, rw + r * p.nc * H, H, &t, &d1);
        for (long c = 0; c < p.C; c++)
          sweep_backward(w + c * H, gw + c * H, &p.col, 0, &c1, cw + c * H, p.C * H, &t, &d1);
        for (long r = 0; r < g->rows; r++) {
          const float *gline = gw + ((r + g->pad) * p.C + g->pad) * H;
          project_weights(x + r * g->cols * K, K, gline, g->cols, dW1);
          for (long c = 0; c < g->cols; c++) {
            float acc[K] = {0};
            for (int j = 0; j < H; j++)
              for (int k = 0; k < K; k++) acc[k] += gline[c * H + j] * w1->W[j * K + k];
            memcpy(gx + (r * g->cols + c) * K, acc, sizeof acc);
          }
        }
      }
#pragma omp critical
      {
        add_gradients(&d1, dW1, K, g1);
        add_gradients(&d2, dW2, H, g2);
      }
    }
    free(w);
    free(gw);
    free(rw);
    free(grw);
    free(cw);
    free(gcw);
  }
  return failed;
}
