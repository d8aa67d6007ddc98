# Raspberry Pi Pico 2: RP2350, its first Cortex-M33.
set(BOARD_CPU cortex-m33)
set(BOARD_SOURCES ${CMAKE_CURRENT_LIST_DIR}/board.c ${CMAKE_CURRENT_LIST_DIR}/clock.c ${CMAKE_CURRENT_LIST_DIR}/image_def.c no_slots.c)
# No machine of QEMU has this chip; mps2-an505 has its core.
