/* Result codes of every fallible function of the engine. */
#ifndef RNNP_STATUS_H
#define RNNP_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  RNNP_OK = 0,
  RNNP_ERR_ARGUMENT = -1,     /* a null pointer or a count outside its range */
  RNNP_ERR_ALIGNMENT = -2,    /* package or arena does not start at a multiple of 16 bytes */
  RNNP_ERR_MAGIC = -3,        /* not a package */
  RNNP_ERR_VERSION = -4,      /* a package of another version */
  RNNP_ERR_LENGTH = -5,       /* stated and given length differ, or a section ends outside */
  RNNP_ERR_CHECKSUM = -6,     /* SHA-256 of the package differs */
  RNNP_ERR_HEADER = -7,       /* a header field outside its range */
  RNNP_ERR_LABEL = -8,        /* a label that is not 1 to 31 bytes of UTF-8 */
  RNNP_ERR_LAYER = -9,        /* a layer record with a field outside its range */
  RNNP_ERR_CHAIN = -10,       /* a layer does not fit the one before it */
  RNNP_ERR_SECTION = -11,     /* a section that is not where or as long as it must be */
  RNNP_ERR_WEIGHT = -12,      /* a weight, multiplier or accumulator bound outside its range */
  RNNP_ERR_ARENA = -13,       /* the arena is smaller than the model needs, or the package states too little */
  RNNP_ERR_UNSUPPORTED = -14, /* valid, but beyond what this build can run (see RNNP_MAX_STREAMED) */
  RNNP_ERR_STATE = -15,       /* rows pushed before begin, too many rows, or finish before the last row */
  RNNP_ERR_WORK = -16,        /* more multiply-accumulates than the caller's limit */
  RNNP_ERR_STOPPED = -17,     /* the observer has stopped the frame */
} rnnp_status_t;

/* One word for each code, for logs. */
const char *rnnp_status_name(rnnp_status_t status);

#ifdef __cplusplus
}
#endif

#endif
