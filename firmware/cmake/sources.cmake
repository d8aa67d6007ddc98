# The sources of the libraries by name, for build systems of which CMake is a part.
get_filename_component(RNNP_ROOT ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
file(GLOB RNNP_KERNELS_SOURCES CONFIGURE_DEPENDS ${RNNP_ROOT}/src/kernels/*.c ${RNNP_ROOT}/src/kernels/dsp/*.c ${RNNP_ROOT}/src/kernels/dsp/*.S
  ${RNNP_ROOT}/src/kernels/mve/*.c ${RNNP_ROOT}/src/kernels/mve/*.S ${RNNP_ROOT}/src/kernels/thumb1/*.c ${RNNP_ROOT}/src/kernels/thumb1/*.S)
file(GLOB RNNP_ENGINE_SOURCES CONFIGURE_DEPENDS ${RNNP_ROOT}/src/model/*.c)
file(GLOB RNNP_LINK_SOURCES CONFIGURE_DEPENDS ${RNNP_ROOT}/src/link/*.c)
file(GLOB RNNP_SHA256_SOURCES CONFIGURE_DEPENDS ${RNNP_ROOT}/src/sha256/*.c)
set(RNNP_INCLUDE ${RNNP_ROOT}/include)
