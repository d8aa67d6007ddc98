/* Arm MPS2 with the AN505 image: Cortex-M33 in secure state, CMSDK timer 0, slots in PSRAM. */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "mps2-an505"
#define BOARD_IRQS 96
#define BOARD_UART_IRQ 32

#define BOARD_BAUD 921600u
#define BOARD_CORE_HZ 20000000u
#define BOARD_UART 0x50200000u
#define BOARD_TIMER 0x50000000u
#define BOARD_WATCHDOG 0x5002e000u
#define BOARD_WATCHDOG_HZ 32768u
#define BOARD_SLOT_MEMORY 0x80000000u

#endif
