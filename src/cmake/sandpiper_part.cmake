# What a line of src/CMakeLists.txt becomes: a library, its header check, its install rules.

set(SANDPIPER_ALL_PARTS "")

# package -> the target to link, the option that may refuse it, the definition that tells the code,
# its pkg-config module or plain flags, and what to install on Debian.
macro(sandpiper_package name)
  cmake_parse_arguments(PACKAGE_${name} "" "TARGET;OPTION;DEFINES;MODULE;DEBIAN" "CFLAGS;LIBS" ${ARGN})
endmacro()

sandpiper_package(asio    TARGET asio::asio                                DEBIAN libasio-dev
                          CFLAGS -DASIO_STANDALONE -DASIO_HAS_STD_ALIGNED_ALLOC=1)
sandpiper_package(Threads TARGET Threads::Threads CFLAGS -pthread  LIBS -pthread)
sandpiper_package(xxHash  TARGET xxHash::xxhash   MODULE libxxhash         DEBIAN libxxhash-dev)
sandpiper_package(liblzf  TARGET liblzf::liblzf   MODULE liblzf            DEBIAN liblzf-dev)
sandpiper_package(ISAL    TARGET ISAL::isal       MODULE libisal           DEBIAN libisal-dev
                          OPTION SANDPIPER_ISAL   DEFINES SANDPIPER_ISAL=1)
sandpiper_package(OpenSSL TARGET OpenSSL::SSL     MODULE openssl           DEBIAN libssl-dev
                          OPTION SANDPIPER_TLS    DEFINES SANDPIPER_TLS=1)

# Notes a part. The targets are made by sandpiper_build_parts(), when all parts are known.
macro(sandpiper_part name)
  list(APPEND SANDPIPER_ALL_PARTS ${name})
  cmake_parse_arguments(PART_${name} "APART" "" "USES;NEEDS;WANTS;OFFERS" ${ARGN})
endmacro()

macro(sandpiper_build_parts)
  set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # tests of the internals link the same packages
  sandpiper_closure(SANDPIPER_BUILT_PARTS ${SANDPIPER_PARTS})
  foreach(part IN LISTS SANDPIPER_BUILT_PARTS)
    sandpiper_find_packages(${part})
    sandpiper_library(${part})
  endforeach()

  add_library(sandpiper INTERFACE)
  add_library(sandpiper::sandpiper ALIAS sandpiper)
  set(SANDPIPER_TOGETHER ${SANDPIPER_BUILT_PARTS})
  foreach(part IN LISTS SANDPIPER_BUILT_PARTS)
    if(PART_${part}_APART)
      list(REMOVE_ITEM SANDPIPER_TOGETHER ${part})
    endif()
  endforeach()
  list(TRANSFORM SANDPIPER_TOGETHER PREPEND sandpiper:: OUTPUT_VARIABLE all_targets)
  target_link_libraries(sandpiper INTERFACE ${all_targets})

  if(SANDPIPER_INSTALL)
    include(sandpiper_install)
  endif()
endmacro()

# The parts named and all they use, in the order of the list; every part when none is named.
function(sandpiper_closure out)
  set(wanted ${ARGN})
  if(NOT wanted)
    set(wanted ${SANDPIPER_ALL_PARTS})
  endif()
  foreach(part IN LISTS wanted)
    if(NOT part IN_LIST SANDPIPER_ALL_PARTS)
      message(FATAL_ERROR "sandpiper has no part '${part}'. Its parts: ${SANDPIPER_ALL_PARTS}")
    endif()
  endforeach()

  set(backwards ${SANDPIPER_ALL_PARTS})
  list(REVERSE backwards)  # who uses stands after what is used, so one pass is enough
  set(closure "")
  foreach(part IN LISTS backwards)
    if(part IN_LIST wanted)
      list(PREPEND closure ${part})
      list(APPEND wanted ${PART_${part}_USES})
    endif()
  endforeach()
  set(${out} ${closure} PARENT_SCOPE)
endfunction()

# Finds what `part` needs or wants, and leaves in PART_<part>_PACKAGES what it will be linked with.
macro(sandpiper_find_packages part)
  set(PART_${part}_PACKAGES "")
  foreach(package IN LISTS PART_${part}_NEEDS)
    find_package(${package} QUIET)
    if(NOT TARGET ${PACKAGE_${package}_TARGET})
      message(FATAL_ERROR
        "sandpiper::${part} needs ${package} (Debian: apt-get install ${PACKAGE_${package}_DEBIAN}). "
        "SANDPIPER_PARTS chooses fewer parts, as in -DSANDPIPER_PARTS=resp.")
    endif()
    list(APPEND PART_${part}_PACKAGES ${package})
  endforeach()
  foreach(package IN LISTS PART_${part}_WANTS)
    if(${PACKAGE_${package}_OPTION})
      find_package(${package} QUIET)
    endif()
    if(${PACKAGE_${package}_OPTION} AND TARGET ${PACKAGE_${package}_TARGET})
      list(APPEND PART_${part}_PACKAGES ${package})
      message(STATUS "sandpiper::${part} with ${package}")
    else()
      message(STATUS "sandpiper::${part} without ${package}")
    endif()
  endforeach()
endmacro()

function(sandpiper_library part)
  set(target sandpiper_${part})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${part}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/sandpiper/${part}/*.hpp)

  set(scope PUBLIC)
  if(NOT sources)
    set(scope INTERFACE)  # headers alone
    add_library(${target} INTERFACE)
  else()
    add_library(${target} ${sources})
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    set_target_properties(${target} PROPERTIES
      CXX_EXTENSIONS OFF
      POSITION_INDEPENDENT_CODE ON
      VERSION ${PROJECT_VERSION}
      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
    sandpiper_warnings(${target})
  endif()

  add_library(sandpiper::${part} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${part})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
  list(TRANSFORM PART_${part}_USES PREPEND sandpiper:: OUTPUT_VARIABLE uses)
  target_link_libraries(${target} ${scope} ${uses})
  if(sources)
    sandpiper_link_packages(${target} ${PART_${part}_PACKAGES})
  endif()
  set_target_properties(${target} PROPERTIES SANDPIPER_PACKAGES "${PART_${part}_PACKAGES}")
  foreach(package IN LISTS PART_${part}_OFFERS)
    target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:${PACKAGE_${package}_TARGET}>)
  endforeach()
endfunction()

# Packages are a part's own affair. Asio is headers alone, so it leaves no trace in what is
# installed; the others are libraries, which whoever links a static sandpiper must link as well.
function(sandpiper_link_packages target)
  foreach(package IN LISTS ARGN)
    if(package STREQUAL "asio")
      target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:asio::asio>)
      sandpiper_precompile(${target} <asio.hpp>)
    else()
      target_link_libraries(${target} PRIVATE ${PACKAGE_${package}_TARGET})
    endif()
    target_compile_definitions(${target} PRIVATE ${PACKAGE_${package}_DEFINES})
  endforeach()
endfunction()

function(sandpiper_precompile target)
  if(SANDPIPER_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# What g++ 12 only imagines is not asked for: overlaps and overflows in every `"text" + std::string`
# (GCC bug 105651) and in branches that cannot be taken, uses of what is set in another function, a
# wrong operator delete in coroutines of Asio. Nor is what clang blames us for and libstdc++ does,
# which deprecates and uses std::get_temporary_buffer.
set(SANDPIPER_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND SANDPIPER_WARNINGS -Wno-array-bounds -Wno-maybe-uninitialized
    -Wno-mismatched-new-delete -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND SANDPIPER_WARNINGS -Wthread-safety -Wno-sign-conversion -Wno-deprecated-declarations)
endif()
if(SANDPIPER_WERROR)
  list(APPEND SANDPIPER_WARNINGS -Werror)
endif()

function(sandpiper_warnings target)
  target_compile_options(${target} PRIVATE ${SANDPIPER_WARNINGS})
endfunction()
