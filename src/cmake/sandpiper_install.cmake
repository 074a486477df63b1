# find_package(sandpiper COMPONENTS resp client) and pkg-config sandpiper-resp, part by part.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(SANDPIPER_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/sandpiper)
set(SANDPIPER_PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The way from a .pc file up to the prefix, so that an installed tree may be moved.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(PC_PREFIX ${CMAKE_INSTALL_PREFIX})
  set(PC_LIBDIR ${CMAKE_INSTALL_LIBDIR})
else()
  file(RELATIVE_PATH up /${SANDPIPER_PKGCONFIG_DIR} /)
  string(REGEX REPLACE "/$" "" up ${up})
  set(PC_PREFIX "\${pcfiledir}/${up}")
  set(PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()

# A static library leaves its own needs to whoever links it, so they are no private matter.
get_target_property(library_type sandpiper_base TYPE)
if(library_type STREQUAL "SHARED_LIBRARY")
  set(PC_NEEDS Requires.private)
else()
  set(PC_NEEDS Requires)
endif()

# sandpiper_pc_file(<name> <description> [PARTS <part>...] [PACKAGES <package>...] [LIBS <flag>...])
function(sandpiper_pc_file PC_NAME PC_DESCRIPTION)
  cmake_parse_arguments(PC "" "" "PARTS;PACKAGES;LIBS" ${ARGN})
  list(TRANSFORM PC_PARTS PREPEND sandpiper-)
  set(modules "")
  set(cflags "")
  foreach(package IN LISTS PC_PACKAGES)
    list(APPEND modules ${PACKAGE_${package}_MODULE})
    list(APPEND cflags ${PACKAGE_${package}_CFLAGS})
    list(APPEND PC_LIBS ${PACKAGE_${package}_LIBS})
  endforeach()

  set(PC_DEPENDS "")
  if(PC_NEEDS STREQUAL "Requires")
    list(APPEND PC_PARTS ${modules})
  elseif(modules)
    list(JOIN modules ", " modules)
    string(APPEND PC_DEPENDS "Requires.private: ${modules}\n")
  endif()
  if(PC_PARTS)
    list(JOIN PC_PARTS ", " requires)
    string(APPEND PC_DEPENDS "Requires: ${requires}\n")
  endif()
  string(JOIN " " PC_CFLAGS "-I\${includedir}" ${cflags})
  string(JOIN " " PC_LIBS "-L\${libdir}" ${PC_LIBS})

  configure_file(${PROJECT_SOURCE_DIR}/src/cmake/sandpiper.pc.in
    ${PROJECT_BINARY_DIR}/pkgconfig/${PC_NAME}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/pkgconfig/${PC_NAME}.pc
    DESTINATION ${SANDPIPER_PKGCONFIG_DIR} COMPONENT sandpiper)
endfunction()

function(sandpiper_install_part part)
  install(TARGETS sandpiper_${part} EXPORT sandpiper_${part}
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT ${part}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${part}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${part})
  install(EXPORT sandpiper_${part} NAMESPACE sandpiper:: FILE sandpiper_${part}.cmake
    DESTINATION ${SANDPIPER_CMAKE_DIR} COMPONENT ${part})

  set(library "")
  get_target_property(type sandpiper_${part} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    set(library -lsandpiper_${part})
  endif()
  sandpiper_pc_file(sandpiper-${part} "The part ${part} of sandpiper"
    PARTS ${PART_${part}_USES} PACKAGES ${PART_${part}_PACKAGES} LIBS ${library})
endfunction()

set(SANDPIPER_PART_TABLE "")
foreach(part IN LISTS SANDPIPER_BUILT_PARTS)
  sandpiper_install_part(${part})
  set(packages ${PART_${part}_PACKAGES})
  list(REMOVE_ITEM packages asio)  # headers alone, and none of ours leads to them
  string(JOIN "\n" SANDPIPER_PART_TABLE "${SANDPIPER_PART_TABLE}"
    "set(sandpiper_${part}_USES \"${PART_${part}_USES}\")"
    "set(sandpiper_${part}_PACKAGES \"${packages}\")"
    "set(sandpiper_${part}_OFFERS \"${PART_${part}_OFFERS}\")")
endforeach()

sandpiper_pc_file(sandpiper "${PROJECT_DESCRIPTION}" PARTS ${SANDPIPER_TOGETHER})

configure_package_config_file(${PROJECT_SOURCE_DIR}/src/cmake/sandpiperConfig.cmake.in
  ${PROJECT_BINARY_DIR}/sandpiperConfig.cmake INSTALL_DESTINATION ${SANDPIPER_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sandpiperConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/sandpiperConfig.cmake
  ${PROJECT_BINARY_DIR}/sandpiperConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/src/cmake/Findasio.cmake
  ${PROJECT_SOURCE_DIR}/src/cmake/FindISAL.cmake
  ${PROJECT_SOURCE_DIR}/src/cmake/Findliblzf.cmake
  ${PROJECT_SOURCE_DIR}/src/cmake/FindxxHash.cmake
  DESTINATION ${SANDPIPER_CMAKE_DIR} COMPONENT sandpiper)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/sandpiper COMPONENT sandpiper)
