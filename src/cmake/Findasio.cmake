# asio::asio, standalone Asio: the package's own CMake files if it has any, else its headers.
#
#   asio_VERSION    from asio/version.hpp: 1.22.1

include(FindPackageHandleStandardArgs)

find_package(asio CONFIG QUIET)
if(TARGET asio::asio)
  find_package_handle_standard_args(asio CONFIG_MODE)
  return()
endif()

find_path(asio_INCLUDE_DIR asio/version.hpp)
mark_as_advanced(asio_INCLUDE_DIR)
if(asio_INCLUDE_DIR)
  file(STRINGS ${asio_INCLUDE_DIR}/asio/version.hpp asio_version_line REGEX "define ASIO_VERSION ")
  string(REGEX MATCH "[0-9]+" asio_version_number "${asio_version_line}")
  math(EXPR asio_major "${asio_version_number} / 100000")
  math(EXPR asio_minor "${asio_version_number} / 100 % 1000")
  math(EXPR asio_patch "${asio_version_number} % 100")
  set(asio_VERSION ${asio_major}.${asio_minor}.${asio_patch})
endif()

find_package(Threads QUIET)
find_package_handle_standard_args(asio
  REQUIRED_VARS asio_INCLUDE_DIR Threads_FOUND VERSION_VAR asio_VERSION)

if(asio_FOUND)
  add_library(asio::asio INTERFACE IMPORTED)
  target_include_directories(asio::asio INTERFACE ${asio_INCLUDE_DIR})
  # Whether there is std::aligned_alloc Asio finds out from what was included before it: two units
  # that differ in this would free each other's memory in the wrong way.
  target_compile_definitions(asio::asio INTERFACE ASIO_STANDALONE ASIO_HAS_STD_ALIGNED_ALLOC=1)
  target_link_libraries(asio::asio INTERFACE Threads::Threads)

  # Before 1.26 Asio asks clang for the coroutines of the TS alone. These belong to whoever includes
  # <asio.hpp>, us and the user alike: with two minds about them a program has two Asios.
  if(asio_VERSION VERSION_LESS 1.26)
    target_compile_definitions(asio::asio INTERFACE
      $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT=1>
      $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_STD_COROUTINE=1>)
  endif()
endif()
