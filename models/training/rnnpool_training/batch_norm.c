/* Batch norm of a training batch and the ReLU6 behind it, forward and backward: fewer passes over memory than the two apart.

   Maps are channels-last: [rows][channels], a row per pixel. A sum over many pixels is kept in floats for a block of rows and in doubles
   across blocks. Rows of few channels are taken several at a time, so that vectors are full. */
#include <stddef.h>

#define BLOCK 256
#define MAX_WIDTH 1024
#define MAX_GROUP 16

/* Rows that are taken as one: `width` = group * channels. */
static long group_of(long rows, long channels) {
  long group = 1;
  while (group < MAX_GROUP && rows % (group * 2) == 0 && group * 2 * channels <= 256) group *= 2;
  return group;
}

static void spread(const float *channel, float *wide, long channels, long group) {
  for (long g = 0; g < group; g++)
    for (long c = 0; c < channels; c++) wide[g * channels + c] = channel[c];
}

static void fold(const float *wide, double *channel, long channels, long group) {
  for (long g = 0; g < group; g++)
    for (long c = 0; c < channels; c++) channel[c] += wide[g * channels + c];
}

long batch_norm_widest(void) { return MAX_WIDTH; }

/* Mean and biased variance of every channel. Differences are taken from the first row, so that a mean far from zero costs no precision. */
void batch_norm_statistics(const float *x, long rows, long channels, float *mean, float *variance) {
  double sum[MAX_WIDTH] = {0}, squares[MAX_WIDTH] = {0};
  float origin[MAX_WIDTH], s[MAX_WIDTH], q[MAX_WIDTH];
  long group = group_of(rows, channels), width = group * channels, count = rows / group;
  spread(x, origin, channels, group);
  for (long first = 0; first < count; first += BLOCK) {
    long last = first + BLOCK < count ? first + BLOCK : count;
    for (long i = 0; i < width; i++) s[i] = q[i] = 0;
    for (long row = first; row < last; row++) {
      const float *p = x + row * width;
      for (long i = 0; i < width; i++) {
        float d = p[i] - origin[i];
        s[i] += d;
        q[i] += d * d;
      }
    }
    fold(s, sum, channels, group);
    fold(q, squares, channels, group);
  }
  for (long c = 0; c < channels; c++) {
    double m = sum[c] / rows, v = squares[c] / rows - m * m;
    mean[c] = (float)(m + x[c]);
    variance[c] = (float)(v > 0 ? v : 0);
  }
}

/* y = clip(x * scale + shift, low, high) */
void batch_norm_apply(const float *x, long rows, long channels, const float *scale, const float *shift, float low, float high, float *y) {
  float a[MAX_WIDTH], b[MAX_WIDTH];
  long group = group_of(rows, channels), width = group * channels, count = rows / group;
  spread(scale, a, channels, group);
  spread(shift, b, channels, group);
  for (long row = 0; row < count; row++) {
    const float *p = x + row * width;
    float *out = y + row * width;
    for (long i = 0; i < width; i++) {
      float v = p[i] * a[i] + b[i];
      v = v < low ? low : v;
      out[i] = v > high ? high : v;
    }
  }
}

/* From dy, the gradient of y, that of x, of weight and of bias; scale = weight / deviation and shift as in the forward pass. */
void batch_norm_backward(const float *x, const float *dy, long rows, long channels, const float *scale, const float *shift, float low,
                         float high, const float *mean, const float *inverse_deviation, float *dx, float *dweight, float *dbias) {
  double sum[MAX_WIDTH] = {0}, products[MAX_WIDTH] = {0};
  float a[MAX_WIDTH], b[MAX_WIDTH], m[MAX_WIDTH], s[MAX_WIDTH], q[MAX_WIDTH], slope[MAX_WIDTH], offset[MAX_WIDTH];
  long group = group_of(rows, channels), width = group * channels, count = rows / group;
  spread(scale, a, channels, group);
  spread(shift, b, channels, group);
  spread(mean, m, channels, group);
  for (long first = 0; first < count; first += BLOCK) {
    long last = first + BLOCK < count ? first + BLOCK : count;
    for (long i = 0; i < width; i++) s[i] = q[i] = 0;
    for (long row = first; row < last; row++) {
      const float *p = x + row * width, *g = dy + row * width;
      for (long i = 0; i < width; i++) {
        float v = p[i] * a[i] + b[i];
        float d = (v > low) & (v < high) ? g[i] : 0.f;
        s[i] += d;
        q[i] += d * (p[i] - m[i]);
      }
    }
    fold(s, sum, channels, group);
    fold(q, products, channels, group);
  }
  /* dx = scale * (d - mean(d) - (x - mean) * inverse_deviation^2 * mean(d * (x - mean))) */
  float channel_slope[MAX_WIDTH], channel_offset[MAX_WIDTH];
  for (long c = 0; c < channels; c++) {
    double r = inverse_deviation[c], k = products[c] / rows * r * r;
    dbias[c] = (float)sum[c];
    dweight[c] = (float)(products[c] * r);
    channel_slope[c] = (float)(-scale[c] * k);
    channel_offset[c] = (float)(-scale[c] * (sum[c] / rows - mean[c] * k));
  }
  spread(channel_slope, slope, channels, group);
  spread(channel_offset, offset, channels, group);
  for (long row = 0; row < count; row++) {
    const float *p = x + row * width, *g = dy + row * width;
    float *out = dx + row * width;
    for (long i = 0; i < width; i++) {
      float v = p[i] * a[i] + b[i];
      float d = (v > low) & (v < high) ? g[i] : 0.f;
      out[i] = a[i] * d + p[i] * slope[i] + offset[i];
    }
  }
}
