/* The registers of the RP2350 that the board uses (RP2350 data sheet; addresses as in the Pico SDK's hardware_regs). */
#ifndef RP2350_H
#define RP2350_H

#include <stdint.h>

#include "register.h"

#define CLOCKS_REF_CTRL 0x40010030u
#define CLOCKS_REF_SELECTED 0x40010038u
#define CLOCKS_SYS_CTRL 0x4001003cu
#define CLOCKS_SYS_SELECTED 0x40010044u
#define CLOCKS_PERI_CTRL 0x40010048u
#define PSM_WDSEL 0x40018008u
#define RESETS_RESET 0x40020000u
#define RESETS_DONE 0x40020008u
#define IO_GPIO_CTRL(pin) (0x40028004u + 8u * (pin))
#define PADS_GPIO(pin) (0x40038004u + 4u * (pin))
#define XOSC_CTRL 0x40048000u
#define XOSC_STATUS 0x40048004u
#define XOSC_STARTUP 0x4004800cu
#define PLL_CS 0x40050000u
#define PLL_PWR 0x40050004u
#define PLL_FBDIV 0x40050008u
#define PLL_PRIM 0x4005000cu
#define UART_DR 0x40070000u
#define UART_FR 0x40070018u
#define UART_IBRD 0x40070024u
#define UART_FBRD 0x40070028u
#define UART_LCR_H 0x4007002cu
#define UART_CR 0x40070030u
#define UART_IMSC 0x40070038u
#define UART_ICR 0x40070044u
#define WATCHDOG_CTRL 0x400d8000u
#define WATCHDOG_LOAD 0x400d8004u
#define WATCHDOG_REASON 0x400d8008u
#define TICKS_WATCHDOG_CTRL 0x40108030u
#define TICKS_WATCHDOG_CYCLES 0x40108034u
#define OTP_CHIP_ID(n) (0x40130000u + 4u * (n))

#define RESET_IO_BANK0 (1u << 6)
#define RESET_PADS_BANK0 (1u << 9)
#define RESET_PLL_SYS (1u << 14)
#define RESET_UART0 (1u << 26)

#define GPIO_FUNCTION_UART 2u
#define PAD_INPUT_ENABLE (1u << 6)
#define PAD_DRIVE_4MA (1u << 4)
#define PAD_PULL_UP (1u << 3)
#define PAD_SCHMITT (1u << 1)

#define UART_FR_RX_EMPTY (1u << 4)
#define UART_FR_TX_FULL (1u << 5)
#define UART_INT_RX (1u << 4)
#define UART_INT_TX (1u << 5)
#define UART_INT_RX_TIMEOUT (1u << 6)
#define UART_INT_ALL 0x7ffu

#define WATCHDOG_CTRL_ENABLE (1u << 30)
#define WATCHDOG_CTRL_TRIGGER (1u << 31)
#define WATCHDOG_REASON_TIMER (1u << 0)
#define WATCHDOG_REASON_FORCE (1u << 1)

/* Takes peripherals out of reset. */
void rp2350_release(uint32_t peripherals);

/* Switches to 150 MHz from the PLL and returns the rate of the core's clock. */
uint32_t rp2350_start_clock(void);

#endif
