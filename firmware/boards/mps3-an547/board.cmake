# Arm MPS3 with the AN547 image: Cortex-M55 in secure state, the system counter, slots in SRAM.
# Helium without floating point.
set(BOARD_CPU cortex-m55+nofp)
set(BOARD_FLOAT_ABI softfp)
set(BOARD_SOURCES cmsdk/board.c memory_slots.c)
set(BOARD_QEMU mps3-an547)
set(BOARD_QEMU_ICOUNT 6)
