# NUCLEO-H743ZI: STM32H743, Cortex-M7.
set(BOARD_CPU cortex-m7)
set(BOARD_SOURCES ${CMAKE_CURRENT_LIST_DIR}/board.c ${CMAKE_CURRENT_LIST_DIR}/clock.c
  ${CMAKE_CURRENT_LIST_DIR}/flash_slots.c)
# No machine of QEMU has this chip; mps2-an500 has its core.
