# NUCLEO-F446RE: STM32F446, 8 MHz from the ST-Link, USART2 on PA2 (TX) and PA3 (RX), which the ST-Link makes a USB port.
set(BOARD_CPU cortex-m4)
set(BOARD_SOURCES stm32f4/board.c stm32f4/clock.c)
set(STM32F4_CHIP stm32f446)
include(boards/stm32f4/slots.cmake)
# No machine of QEMU has this chip.
