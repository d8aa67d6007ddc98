# With RNNP_FLASH_SLOTS two model slots in internal flash, which leave less room for the firmware's own model.
if(RNNP_FLASH_SLOTS)
  list(APPEND BOARD_SOURCES stm32f4/flash_slots.c)
  set(BOARD_MEMORY_MAP ${CMAKE_CURRENT_SOURCE_DIR}/boards/stm32f4/${STM32F4_CHIP}/slots.ld)
  include_directories(boards/stm32f4/${STM32F4_CHIP})
else()
  list(APPEND BOARD_SOURCES no_slots.c)
endif()
