# A library of src/, with its exported name rnnp::NAME.
function(rnnp_add_library target name)
  add_library(${target} STATIC ${ARGN})
  add_library(rnnp::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} C_EXTENSIONS OFF)
  get_filename_component(include ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../include ABSOLUTE)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${include}> $<INSTALL_INTERFACE:include>)
  target_compile_features(${target} PRIVATE c_std_11)
  # Maps, states and package sections are views of byte arrays.
  target_compile_options(${target} PRIVATE -fno-strict-aliasing -ffunction-sections -fdata-sections)
  if(NOT CMAKE_CROSSCOMPILING)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON) # for shared libraries
  endif()
endfunction()
