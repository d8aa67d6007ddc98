# Adafruit Feather STM32F405 Express: 12 MHz crystal, USART3 on TX (PB10) and RX (PB11).
set(BOARD_CPU cortex-m4)
set(BOARD_SOURCES stm32f4/board.c stm32f4/clock.c)
set(STM32F4_CHIP stm32f405)
include(boards/stm32f4/slots.cmake)
set(BOARD_QEMU netduinoplus2)
set(BOARD_QEMU_ICOUNT 0)
set(BOARD_QEMU_SERIAL 2) # QEMU's port of USART3
