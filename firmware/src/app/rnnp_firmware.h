/* The firmware's main loop: it connects the link on the board's serial line with the engine. */
#ifndef RNNP_FIRMWARE_H
#define RNNP_FIRMWARE_H

/* Prepares link, slots and model. Call once, before rnnp_firmware_poll. */
void rnnp_firmware_start(void);

/* One turn of the main loop; never blocks for longer than board_idle does. */
void rnnp_firmware_poll(void);

#endif
