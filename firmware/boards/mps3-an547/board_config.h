/* Arm MPS3 with the AN547 image: Cortex-M55 in secure state, the system counter, slots in SRAM. */
#ifndef RNNP_BOARD_CONFIG_H
#define RNNP_BOARD_CONFIG_H

#define BOARD_NAME "mps3-an547"
#define BOARD_IRQS 96
#define BOARD_UART_IRQ 33

#define BOARD_BAUD 921600u
#define BOARD_CORE_HZ 32000000u
#define BOARD_UART 0x59303000u
#define BOARD_COUNTER 0x58100000u
#define BOARD_WATCHDOG 0x5802e000u
#define BOARD_WATCHDOG_HZ 32768u
#define BOARD_SLOT_MEMORY 0x31000000u

#endif
