/* Compile-time options of the link. Each may be set on the compiler's command line. */
#ifndef RNNP_LINK_CONFIG_H
#define RNNP_LINK_CONFIG_H

/* Largest payload that the device accepts, in bytes: 464 grey pixels and their 12-byte head. */
#ifndef RNNP_LINK_RX_PAYLOAD
#define RNNP_LINK_RX_PAYLOAD 476
#endif

/* Reliable frames that the host may have in flight. The receive ring holds that many of the largest size, and a RESET. */
#ifndef RNNP_LINK_RX_WINDOW
#define RNNP_LINK_RX_WINDOW 4
#endif

/* Receive ring in bytes, a power of two. */
#ifndef RNNP_LINK_RX_RING
#define RNNP_LINK_RX_RING 2048
#endif

/* Largest payload that the device sends, in bytes: a result with 8 detections. */
#ifndef RNNP_LINK_TX_PAYLOAD
#define RNNP_LINK_TX_PAYLOAD 128
#endif

/* Reliable frames that the device may have in flight; each is kept until the host has acknowledged it. */
#ifndef RNNP_LINK_TX_WINDOW
#define RNNP_LINK_TX_WINDOW 2
#endif

/* Widest picture in pixels. A line of this width is kept. */
#ifndef RNNP_LINK_MAX_WIDTH
#define RNNP_LINK_MAX_WIDTH 320
#endif

/* A side that has sent nothing for this long sends a heartbeat, in milliseconds. */
#ifndef RNNP_LINK_HEARTBEAT_MS
#define RNNP_LINK_HEARTBEAT_MS 400u
#endif

/* The device forgets a host that has been silent for this long, in milliseconds. */
#ifndef RNNP_LINK_PEER_TIMEOUT_MS
#define RNNP_LINK_PEER_TIMEOUT_MS 3000u
#endif

/* First and longest wait for an acknowledgement before sending again, in milliseconds; it doubles in between. */
#ifndef RNNP_LINK_RETRANSMIT_MS
#define RNNP_LINK_RETRANSMIT_MS 250u
#endif
#ifndef RNNP_LINK_RETRANSMIT_MAX_MS
#define RNNP_LINK_RETRANSMIT_MAX_MS 1000u
#endif

/* Shortest time between two answers to negative acknowledgements, in milliseconds. */
#ifndef RNNP_LINK_NAK_HOLDOFF_MS
#define RNNP_LINK_NAK_HOLDOFF_MS 4u
#endif

#endif
