# liblzf::liblzf, for <lzf.h>: the package's own CMake files if it has any, else header and library.

include(FindPackageHandleStandardArgs)

find_package(liblzf CONFIG QUIET)
if(TARGET liblzf::liblzf)
  find_package_handle_standard_args(liblzf CONFIG_MODE)
  return()
endif()

find_path(liblzf_INCLUDE_DIR lzf.h PATH_SUFFIXES liblzf)
find_library(liblzf_LIBRARY NAMES lzf liblzf)
mark_as_advanced(liblzf_INCLUDE_DIR liblzf_LIBRARY)
find_package_handle_standard_args(liblzf REQUIRED_VARS liblzf_LIBRARY liblzf_INCLUDE_DIR)

if(liblzf_FOUND)
  add_library(liblzf::liblzf UNKNOWN IMPORTED)
  set_target_properties(liblzf::liblzf PROPERTIES
    IMPORTED_LOCATION ${liblzf_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${liblzf_INCLUDE_DIR})
endif()
