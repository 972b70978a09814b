# What every target of the project has in common: the language, the warnings, the sanitizers, the hardening.

function(sallyport_target name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${name} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Woverloaded-virtual
    -Wold-style-cast -Wimplicit-fallthrough -Wswitch-enum)
  # Where GCC 12 optimises it sees uninitialised members in a std::variant that is moved, overlaps in
  # `"text" + std::string`, and a foreign `operator delete` in Asio's coroutine frames; none of them is there (its bugs
  # 105562, 105651 and 103993).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${name} PRIVATE -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-restrict)
  endif()
  # Clang minds that a parameter of one source is called like something of another that is in the same batch.
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${name} PRIVATE $<$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>:-Wno-shadow>)
  endif()
  if(SALLYPORT_WARNINGS_AS_ERRORS)
    target_compile_options(${name} PRIVATE -Werror)
  endif()
  if(SALLYPORT_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${SALLYPORT_SANITIZE} -fno-omit-frame-pointer)
    # GCC does not teach ThreadSanitizer the fences in Asio's scheduler, which its mutexes make redundant.
    if(SALLYPORT_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${name} PRIVATE -Wno-tsan)
    endif()
    target_link_options(${name} PUBLIC -fsanitize=${SALLYPORT_SANITIZE})
  endif()
  sallyport_harden(${name})
endfunction()

option(SALLYPORT_BATCH "Compile sources in batches; OFF proves that each source has all that it needs" ON)

# Compiles SIZE sources of a target at once, so that what Asio, Beast, JSON and Boost.Test cost is paid once for them;
# those that are named after SIZE stay alone.
function(sallyport_batch name size)
  if(NOT SALLYPORT_BATCH)
    return()
  endif()
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${name} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
endfunction()

# A library of one layer: sallyport_<name>, alias sallyport::<name>, public headers under its own include/. DEFINITIONS
# are those that whoever includes the headers must share, USES what no header shows. It is installed with all that finds
# it again.
function(sallyport_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;USES;DEFINITIONS")
  add_library(sallyport_${name} ${arg_SOURCES})
  add_library(sallyport::${name} ALIAS sallyport_${name})
  target_include_directories(sallyport_${name}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(sallyport_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_USES})
  target_compile_definitions(sallyport_${name} PUBLIC ${arg_DEFINITIONS})
  # A minor version below 1.0 may change what is in the headers, so it is part of the shared library's name.
  set_target_properties(sallyport_${name} PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${sallyport_VERSION}
    SOVERSION ${sallyport_VERSION_MAJOR}.${sallyport_VERSION_MINOR})
  sallyport_target(sallyport_${name})
  if(NOT TARGET sallyport_libraries)
    add_custom_target(sallyport_libraries)
  endif()
  add_dependencies(sallyport_libraries sallyport_${name})
  if(SALLYPORT_INSTALL)
    sallyport_install_library(${name} DEPENDS ${arg_DEPENDS} ${arg_USES} DEFINITIONS ${arg_DEFINITIONS})
  endif()
endfunction()
