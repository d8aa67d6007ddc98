# A Linux process.
set(BOARD_SOURCES host/board.c host/serial.c memory_slots.c)
