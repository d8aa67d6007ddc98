/* A USART, clock control and pins as far as boards/stm32f4 uses them. Time passes with each access, and while the core sleeps. */
#ifndef SIMULATED_STM32F4_H
#define SIMULATED_STM32F4_H

#include <stdbool.h>
#include <stdint.h>

/* Back to the state after a reset. `crystal`: whether the external oscillator starts. */
void simulated_reset(bool crystal);

/* The value that was last written to a register. */
uint32_t simulated_register(uintptr_t address);

uint64_t simulated_nanoseconds(void);

/* Sleeps until an interrupt is pending, at most until the next millisecond, and runs the interrupt. */
void simulated_sleep(void);

/* Runs the interrupt as long as it is pending. False when it does not end. */
bool simulated_interrupt(void);

/* A byte arrives. It is lost, and the overrun flagged, when the one before has not been read. */
void simulated_arrival(uint8_t byte);

/* Flags an overrun without a byte, as when the byte is read between the overrun and its flag. */
void simulated_overrun(void);

uint32_t simulated_bytes_sent(void);

/* Until the independent watchdog resets the board; 0 when it does not run. */
double simulated_watchdog_seconds(void);

/* The rate that the USART's divider makes of the clock that is configured. */
double simulated_baud(void);

#endif
