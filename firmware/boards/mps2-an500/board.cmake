# Arm MPS2 with the AN500 image: Cortex-M7, CMSDK timer 0, slots in PSRAM.
set(BOARD_CPU cortex-m7)
set(BOARD_SOURCES cmsdk/board.c memory_slots.c)
set(BOARD_QEMU mps2-an500)
set(BOARD_QEMU_ICOUNT 6)
