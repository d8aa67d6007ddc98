# Arm MPS2 with the AN386 image: Cortex-M4, CMSDK timer 0, slots in PSRAM.
set(BOARD_CPU cortex-m4)
set(BOARD_SOURCES cmsdk/board.c memory_slots.c)
set(BOARD_QEMU mps2-an386)
set(BOARD_QEMU_ICOUNT 6)
set(BOARD_LINK_TESTS ON)
