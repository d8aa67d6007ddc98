# Netduino Plus 2: STM32F405, 25 MHz crystal, USART6 on D1 (PC6, TX) and D0 (PC7, RX).
set(BOARD_CPU cortex-m4)
set(BOARD_SOURCES stm32f4/board.c stm32f4/clock.c)
set(STM32F4_CHIP stm32f405)
include(boards/stm32f4/slots.cmake)
set(BOARD_QEMU netduinoplus2)
set(BOARD_QEMU_ICOUNT 0)
set(BOARD_QEMU_SERIAL 5) # QEMU's port of USART6
