/* Arm MPS2 with the AN500 image: Cortex-M7, CMSDK timer 0, slots in PSRAM. */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "mps2-an500"
#define BOARD_IRQS 32
#define BOARD_UART_IRQ 0

#define BOARD_BAUD 921600u
#define BOARD_CORE_HZ 25000000u
#define BOARD_UART 0x40004000u
#define BOARD_TIMER 0x40000000u
#define BOARD_SLOT_MEMORY 0x21000000u

#endif
