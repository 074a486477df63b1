# Installs sandpiper into an empty folder, and builds and runs the programs of consumer/ against
# what is there: once as a CMake project, once with the compiler and pkg-config alone.
#
#   cmake -D BUILD=... -D CONSUMER=... -D WORK=... -D COMPILER=... -D FLAGS=... -D WITH_REDIS=...
#         -D PKG_CONFIG=... -P run.cmake

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " words)
    message(FATAL_ERROR "${words}\n${out}")
  endif()
  set(step_output "${out}" PARENT_SCOPE)
endfunction()

# The programs say what they saw; a program that ran to its end says the last word.
function(run_programs folder)
  step(${folder}/resp)
  step(${WITH_REDIS} ${folder}/client {url})
  if(NOT step_output MATCHES "hello from an installed sandpiper")
    message(FATAL_ERROR "the client program said: ${step_output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
set(prefix ${WORK}/prefix)
step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

# The installed tree must not lean on where it was built, so it is moved before it is used.
file(RENAME ${prefix} ${WORK}/moved)
set(prefix ${WORK}/moved)

step(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/cmake -G Ninja
  -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_CXX_FLAGS=${FLAGS})
step(${CMAKE_COMMAND} --build ${WORK}/cmake)
run_programs(${WORK}/cmake)

file(GLOB_RECURSE folder ${prefix}/*/sandpiper-resp.pc)
get_filename_component(folder ${folder} DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${folder})
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
file(MAKE_DIRECTORY ${WORK}/pkg-config)
foreach(part resp client)
  step(${PKG_CONFIG} --cflags --libs sandpiper-${part})
  separate_arguments(from_pkg_config UNIX_COMMAND "${step_output}")
  step(${COMPILER} -std=c++20 ${flags} ${CONSUMER}/${part}.cpp -o ${WORK}/pkg-config/${part}
    ${from_pkg_config})
endforeach()
run_programs(${WORK}/pkg-config)
