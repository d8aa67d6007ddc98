# Loads the board that RNNP_BOARD names: a folder in boards/, or the path of one elsewhere. Its board.cmake sets
#
#   BOARD_CPU          value of -mcpu; not set for the host
#   BOARD_FLOAT_ABI    value of -mfloat-abi; soft when it is not set
#   BOARD_SOURCES      files relative to boards/, or absolute (${CMAKE_CURRENT_LIST_DIR}/...)
#   BOARD_QEMU         QEMU's machine, where it has one
#   BOARD_QEMU_ICOUNT  the shift of -icount with which the board's tick counter can count instructions
#   BOARD_LINK_TESTS   ON where the link's tests are built, which simulate flash in 1 MB of RAM; one board of a kind suffices
#   BOARD_MEMORY_MAP   the linker script; memory.ld of the folder when it is not set
#   BOARD_QEMU_SERIAL  which of QEMU's serial ports is the board's; 0 when it is not set
if(IS_ABSOLUTE ${RNNP_BOARD})
  set(RNNP_BOARD_FOLDER ${RNNP_BOARD})
else()
  set(RNNP_BOARD_FOLDER ${CMAKE_CURRENT_SOURCE_DIR}/boards/${RNNP_BOARD})
endif()
set(BOARD_QEMU "")
set(BOARD_QEMU_ICOUNT 0)
set(BOARD_QEMU_SERIAL 0)
set(BOARD_LINK_TESTS OFF)
set(BOARD_FLOAT_ABI soft)
set(BOARD_MEMORY_MAP ${RNNP_BOARD_FOLDER}/memory.ld)
include(${RNNP_BOARD_FOLDER}/board.cmake)
if(RNNP_BOARD_CPU)
  set(BOARD_CPU ${RNNP_BOARD_CPU})
  set(BOARD_FLOAT_ABI soft)
endif()

if(BOARD_CPU)
  set(RNNP_ON_HOST OFF)
  # The engine has no floating point, so the floating-point unit stays off. Compilers use Helium, which has its registers, without
  # floating point with the options of a board that names them (BOARD_FLOAT_ABI softfp and a CPU with +nofp).
  add_compile_options(-mcpu=${BOARD_CPU} -mthumb -mfloat-abi=${BOARD_FLOAT_ABI})
  add_link_options(-mcpu=${BOARD_CPU} -mthumb -mfloat-abi=${BOARD_FLOAT_ABI} -Wl,--gc-sections)
  set(RNNP_MEMORY_MAP -L${CMAKE_CURRENT_SOURCE_DIR}/boards/cortex-m -T${BOARD_MEMORY_MAP})
else()
  set(RNNP_ON_HOST ON)
endif()

# For the scripts that start QEMU.
file(WRITE ${CMAKE_BINARY_DIR}/board.env "QEMU_MACHINE=${BOARD_QEMU}\nQEMU_ICOUNT=${BOARD_QEMU_ICOUNT}\nQEMU_SERIAL=${BOARD_QEMU_SERIAL}\n")
