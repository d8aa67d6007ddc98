# A board to copy. The copy may lie in boards/ (-DRNNP_BOARD=NAME) or anywhere else (-DRNNP_BOARD=/path/of/NAME).
set(BOARD_CPU cortex-m4)
set(BOARD_SOURCES ${CMAKE_CURRENT_LIST_DIR}/board.c no_slots.c)
# set(BOARD_QEMU machine) # where QEMU has one: tests and benchmarks then run on it
