/* Bytes on the wire, as docs/protocol.md gives them. All fields are little-endian and naturally aligned within the
   payload; a payload is copied into its struct before use, because the receive buffer itself is not aligned. */
#ifndef RNNP_LINK_WIRE_H
#define RNNP_LINK_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "rnnp/rnnp_static_assert.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the link copies little-endian structs and needs a little-endian processor"
#endif

#define RNNP_WIRE_SIZE(type, bytes) RNNP_STATIC_ASSERT(sizeof(type) == (bytes), #type " must take " #bytes " bytes on the wire")

#define RNNP_LINK_VERSION_MIN 1u
#define RNNP_LINK_VERSION_MAX 1u
#define RNNP_LINK_MAGIC 0x504E4E52u /* "RNNP" */
#define RNNP_CRC_BYTES 4u
#define RNNP_LINK_HOST_PAYLOAD_MIN 256u /* every host accepts this much */

enum rnnp_message_type {
  RNNP_MSG_RESET = 0x01,
  RNNP_MSG_HELLO = 0x02,
  RNNP_MSG_ACK = 0x03,
  RNNP_MSG_HEARTBEAT = 0x04,
  RNNP_MSG_CLOSE = 0x05,

  RNNP_MSG_SLOT_QUERY = 0x10,
  RNNP_MSG_STATS_QUERY = 0x11,
  RNNP_MSG_FRAME_BEGIN = 0x12,
  RNNP_MSG_FRAME_ROWS = 0x13,
  RNNP_MSG_FRAME_ABORT = 0x14,
  RNNP_MSG_UPLOAD_BEGIN = 0x18,
  RNNP_MSG_UPLOAD_DATA = 0x19,
  RNNP_MSG_UPLOAD_VERIFY = 0x1A,
  RNNP_MSG_ACTIVATE = 0x1B,
  RNNP_MSG_REBOOT = 0x1C,

  RNNP_MSG_SLOT_INFO = 0x90,
  RNNP_MSG_STATS = 0x91,
  RNNP_MSG_UPLOAD_STATE = 0x98,
  RNNP_MSG_STATUS = 0x9F,

  RNNP_MSG_RESULT = 0xC0,
  RNNP_MSG_LOG = 0xC1,
  RNNP_MSG_FAULT = 0xC2
};

enum rnnp_frame_flag {
  RNNP_FLAG_RELIABLE = 0x01, /* seq counts, the frame is kept until acknowledged */
  RNNP_FLAG_NAK = 0x02       /* the frame numbered ack is missing: send from there again */
};

/* Outcome codes of STATUS, UPLOAD_STATE and RESULT. */
enum rnnp_wire_status {
  RNNP_STATUS_OK = 0,
  RNNP_STATUS_UNKNOWN_TYPE = 1,  /* message type not supported by the device */
  RNNP_STATUS_BAD_LENGTH = 2,    /* the payload has the wrong length */
  RNNP_STATUS_BAD_VALUE = 3,     /* a field is out of its range */
  RNNP_STATUS_BAD_SLOT = 4,      /* no such slot, or the board has no writable slots */
  RNNP_STATUS_SLOT_IN_USE = 5,   /* the slot holds the active model or the one to fall back to */
  RNNP_STATUS_TOO_LARGE = 6,     /* the model does not fit the slot, or the picture not the link's lines */
  RNNP_STATUS_HASH_MISMATCH = 7, /* the bytes received do not have the announced SHA-256 */
  RNNP_STATUS_BAD_MODEL = 8,     /* the firmware's validator refuses the model */
  RNNP_STATUS_STORAGE = 9,       /* erasing, programming or reading back failed */
  RNNP_STATUS_NO_MODEL = 10,     /* no model to run */
  RNNP_STATUS_WRONG_MODEL = 11,  /* another model is active than the frame was made for */
  RNNP_STATUS_WRONG_SIZE = 12,   /* the frame does not have the model's input size */
  RNNP_STATUS_BAD_ROWS = 13,     /* rows out of order, or their code does not decode */
  RNNP_STATUS_NOT_VERIFIED = 14, /* the slot holds no verified model */
  RNNP_STATUS_NOT_STARTED = 15,  /* data or verify without UPLOAD_BEGIN */
  RNNP_STATUS_ENGINE = 16,       /* the engine failed while it computed */
  RNNP_STATUS_TOO_MUCH_WORK = 17 /* the model has more multiply-accumulates than HELLO allows */
};

enum rnnp_boot_reason {
  RNNP_BOOT_UNKNOWN = 0,
  RNNP_BOOT_POWER = 1,
  RNNP_BOOT_PIN = 2,
  RNNP_BOOT_SOFTWARE = 3,
  RNNP_BOOT_WATCHDOG = 4,
  RNNP_BOOT_FAULT = 5
};

enum rnnp_capability {
  RNNP_CAP_UPLOAD = 0x01,   /* slots can be written */
  RNNP_CAP_ROW_CODE = 0x02, /* FRAME_ROWS may use the lossless row code */
  RNNP_CAP_REBOOT = 0x04    /* REBOOT works */
};

enum rnnp_slot_state {
  RNNP_SLOT_EMPTY = 0,
  RNNP_SLOT_RECEIVING = 1,
  RNNP_SLOT_VERIFIED = 2,
  RNNP_SLOT_ACTIVE = 3,
  RNNP_SLOT_TRIAL = 4, /* active, has not completed a frame yet */
  RNNP_SLOT_FAILED = 5 /* rejected: never completed a frame while on trial */
};

enum rnnp_row_encoding { RNNP_ROWS_RAW = 0, RNNP_ROWS_CODED = 1 };

#define RNNP_SLOT_BUILT_IN 0xFEu /* slot number of a model that is linked into the firmware */
#define RNNP_SLOT_NONE 0xFFu

typedef struct {
  uint8_t version;
  uint8_t type;
  uint8_t flags;
  uint8_t session;
  uint8_t seq;
  uint8_t ack;    /* next sequence number expected */
  uint8_t credit; /* reliable frames that can be taken from ack on */
  uint8_t tag;    /* copied from a request into its reply; 0 in events */
  uint16_t length;
} rnnp_wire_header_t;
RNNP_WIRE_SIZE(rnnp_wire_header_t, 10);

typedef struct {
  uint32_t magic;
  uint32_t nonce; /* its low byte is the session and is not 0 */
  uint8_t version_min;
  uint8_t version_max;
  uint16_t max_payload; /* that the host accepts */
} rnnp_wire_reset_t;
RNNP_WIRE_SIZE(rnnp_wire_reset_t, 12);

/* How the run before the last start ended; all zero where it did not end with a fault. */
typedef struct {
  uint8_t exception; /* number of the processor's exception: 2 watchdog (NMI), 3 HardFault; 0: no fault */
  uint8_t flags;     /* enum rnnp_fault_flag */
  uint16_t count;    /* faults since power-on */
  uint32_t pc;       /* 0: not known, because the registers could not be stored */
  uint32_t lr;
  uint32_t cfsr; /* the processor's fault status registers */
  uint32_t hfsr;
  uint32_t address;      /* that could not be accessed; 0: not known */
  uint8_t build_hash[8]; /* of the firmware that ran */
} rnnp_wire_fault_t;
RNNP_WIRE_SIZE(rnnp_wire_fault_t, 32);

enum rnnp_fault_flag { RNNP_FAULT_STACK = 0x01 /* the stack overflowed */ };

typedef struct {
  uint32_t magic;
  uint32_t nonce; /* of the RESET; 0 when the device announces that it has started */
  uint8_t version_min;
  uint8_t version_max;
  uint8_t version; /* chosen; 0: none in common */
  uint8_t boot_reason;
  uint16_t max_payload; /* that the device accepts */
  uint8_t window;
  uint8_t slot_count; /* writable slots */
  uint8_t active_slot;
  uint8_t capabilities;
  uint16_t max_width;
  uint32_t clock_hz;
  uint32_t slot_bytes; /* capacity of each slot */
  uint16_t firmware_version[3];
  uint16_t reserved;
  uint8_t build_hash[8];
  uint8_t device_id[12];
  char board[16];      /* UTF-8, padded with zeros */
  uint32_t work_limit; /* most multiply-accumulates of a model; 0: no limit */
  rnnp_wire_fault_t fault;
} rnnp_wire_hello_t;
RNNP_WIRE_SIZE(rnnp_wire_hello_t, 108);

typedef struct {
  uint32_t uptime_ms;
  uint16_t busy_ms; /* time for which the sender is silent and takes no frames */
  uint16_t reserved;
} rnnp_wire_heartbeat_t;
RNNP_WIRE_SIZE(rnnp_wire_heartbeat_t, 8);

typedef struct {
  uint8_t slot;
  uint8_t reserved[3];
} rnnp_wire_slot_query_t;
RNNP_WIRE_SIZE(rnnp_wire_slot_query_t, 4);

typedef struct {
  uint8_t slot;
  uint8_t state;
  uint16_t width; /* input of the model in pixels; 0: unknown */
  uint16_t height;
  uint16_t reserved;
  uint32_t size;     /* bytes announced, or of the model */
  uint32_t received; /* bytes that are stored */
  uint32_t arena_bytes;
  uint8_t sha256[32];
  char name[24]; /* UTF-8, padded with zeros */
} rnnp_wire_slot_info_t;
RNNP_WIRE_SIZE(rnnp_wire_slot_info_t, 76);

typedef struct {
  uint32_t uptime_ms;
  uint32_t rx_frames;
  uint32_t tx_frames;
  uint32_t crc_errors;
  uint32_t cobs_errors;
  uint32_t length_errors;
  uint32_t sequence_gaps;
  uint32_t duplicates;
  uint32_t retransmissions;
  uint32_t overruns; /* bytes that found the receive ring full */
  uint32_t resets;   /* handshakes */
  uint32_t peer_timeouts;
  uint32_t stale_frames; /* of another session or version */
  uint32_t events_dropped;
  uint32_t frames_begun;
  uint32_t frames_done;
  uint32_t frames_aborted;
  uint32_t bytes_programmed;
} rnnp_wire_stats_t;
RNNP_WIRE_SIZE(rnnp_wire_stats_t, 72);

typedef struct {
  uint16_t frame;
  uint16_t width;
  uint16_t height;
  uint16_t reserved;
  uint32_t model; /* first 4 bytes of the SHA-256 of the intended model; 0: any */
} rnnp_wire_frame_begin_t;
RNNP_WIRE_SIZE(rnnp_wire_frame_begin_t, 12);

typedef struct {
  uint16_t frame;
  uint8_t encoding;
  uint8_t reserved;
  uint16_t row;    /* of the first pixel */
  uint16_t column; /* of the first pixel */
  uint16_t pixels; /* in raster order, across row ends */
  uint16_t reserved2;
} rnnp_wire_frame_rows_t;
RNNP_WIRE_SIZE(rnnp_wire_frame_rows_t, 12);

typedef struct {
  uint16_t frame;
  uint16_t reserved;
} rnnp_wire_frame_abort_t;
RNNP_WIRE_SIZE(rnnp_wire_frame_abort_t, 4);

typedef struct {
  uint16_t frame;
  uint8_t status;
  uint8_t last; /* 1: the last message of this result */
  uint16_t total;
  uint16_t first;
  uint16_t count;
  uint16_t reserved;
  uint32_t ticks_hz;
  uint64_t ticks; /* spent computing, waiting for rows not counted */
  uint32_t arena_bytes;
  uint32_t stack_bytes; /* high-water mark */
} rnnp_wire_result_t;
RNNP_WIRE_SIZE(rnnp_wire_result_t, 32);

typedef struct {
  int16_t x; /* upper left corner and size in 1/16 pixel of the model's input */
  int16_t y;
  uint16_t width;
  uint16_t height;
  uint16_t score; /* in 1/65536 */
  uint8_t label;
  uint8_t reserved;
} rnnp_wire_detection_t;
RNNP_WIRE_SIZE(rnnp_wire_detection_t, 12);

typedef struct {
  uint8_t slot;
  uint8_t reserved[3];
  uint32_t total;
  uint8_t sha256[32];
} rnnp_wire_upload_begin_t;
RNNP_WIRE_SIZE(rnnp_wire_upload_begin_t, 40);

typedef struct {
  uint8_t slot;
  uint8_t reserved[3];
  uint32_t upload; /* first 4 bytes of the SHA-256 */
  uint32_t offset;
} rnnp_wire_upload_data_t;
RNNP_WIRE_SIZE(rnnp_wire_upload_data_t, 12);

/* UPLOAD_VERIFY and ACTIVATE. */
typedef struct {
  uint8_t slot;
  uint8_t reserved[3];
  uint8_t sha256[32];
} rnnp_wire_slot_command_t;
RNNP_WIRE_SIZE(rnnp_wire_slot_command_t, 36);

typedef struct {
  uint8_t slot;
  uint8_t status;
  uint8_t state;
  uint8_t reserved;
  uint32_t upload;
  uint32_t offset; /* offset that the device expects next */
  uint32_t total;
} rnnp_wire_upload_state_t;
RNNP_WIRE_SIZE(rnnp_wire_upload_state_t, 16);

typedef struct {
  uint8_t request; /* type of the message that is answered */
  uint8_t status;
  uint16_t reserved;
  uint32_t detail;
} rnnp_wire_status_reply_t;
RNNP_WIRE_SIZE(rnnp_wire_status_reply_t, 8);

/* LOG and FAULT; UTF-8 text without a terminating zero follows. */
typedef struct {
  uint32_t uptime_ms;
  uint8_t level; /* LOG: 0 debug, 1 information, 2 warning, 3 error; FAULT: the fault's number */
  uint8_t reserved[3];
} rnnp_wire_event_t;
RNNP_WIRE_SIZE(rnnp_wire_event_t, 8);

#ifdef __cplusplus
}
#endif

#endif
