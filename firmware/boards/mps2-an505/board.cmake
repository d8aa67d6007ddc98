# Arm MPS2 with the AN505 image: Cortex-M33 in secure state, CMSDK timer 0, slots in PSRAM.
set(BOARD_CPU cortex-m33)
set(BOARD_SOURCES cmsdk/board.c memory_slots.c)
set(BOARD_QEMU mps2-an505)
set(BOARD_QEMU_ICOUNT 6)
