# What tests, benchmarks and examples share.

# sandpiper_program(<name> SOURCES <file>... [LINKS <target>...])
function(sandpiper_program name)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINKS})
  sandpiper_warnings(${name})
endfunction()

# A module of pkg-config as the target PkgConfig::<name>; an error that says what to install.
function(sandpiper_pkg_config name module debian)
  find_package(PkgConfig QUIET REQUIRED)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT TARGET PkgConfig::${name})
    message(FATAL_ERROR "${module} was not found (Debian: apt-get install ${debian})")
  endif()
endfunction()
