# An STM32F405 with an 8 MHz crystal: USART1 on PA9 (TX) and PA10 (RX).
set(BOARD_CPU cortex-m4)
set(BOARD_SOURCES stm32f4/board.c stm32f4/clock.c)
set(STM32F4_CHIP stm32f405)
include(boards/stm32f4/slots.cmake)
set(BOARD_QEMU netduinoplus2)
set(BOARD_QEMU_ICOUNT 0)
