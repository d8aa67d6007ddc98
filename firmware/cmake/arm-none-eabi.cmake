# Debian's gcc-arm-none-eabi for a Cortex-M4F. Soft-float calling convention with hardware off: the engine has no floating point.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(RNNP_CPU -mcpu=cortex-m4 -mthumb -mfloat-abi=soft)
