# What makes a mistake in memory harder to use against whoever runs the programs built here: canaries on the stack,
# checked calls of the C library, addresses that nobody can guess, tables of the linker that cannot be written to, and
# marked targets of jumps. It is private to what is built here: nobody who links the libraries inherits a flag.

include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)
include(CheckLinkerFlag)

option(SALLYPORT_HARDEN "Build with the compiler's and the linker's defences" ${PROJECT_IS_TOP_LEVEL})

set(sallyport_harden_compile "")
set(sallyport_harden_link "")
set(sallyport_fortify "")

# The sanitizers look closer than all of this, and their run-time libraries get along with only a part of it.
if(SALLYPORT_HARDEN AND NOT SALLYPORT_SANITIZE)
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
    string(MAKE_C_IDENTIFIER "sallyport_has${flag}" has)
    check_cxx_compiler_flag(${flag} ${has})
    if(${has})
      list(APPEND sallyport_harden_compile ${flag})
    endif()
  endforeach()
  foreach(flag -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
    string(MAKE_C_IDENTIFIER "sallyport_has${flag}" has)
    check_linker_flag(CXX ${flag} ${has})
    if(${has})
      list(APPEND sallyport_harden_link ${flag})
    endif()
  endforeach()
  # An old C library warns of a level that it does not know.
  set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
  check_cxx_source_compiles("#include <cstdlib>\nint main() {}" sallyport_has_fortify_3)
  unset(CMAKE_REQUIRED_FLAGS)
  set(sallyport_fortify 2)
  if(sallyport_has_fortify_3)
    set(sallyport_fortify 3)
  endif()
endif()

function(sallyport_harden name)
  if(NOT SALLYPORT_HARDEN OR SALLYPORT_SANITIZE)
    return()
  endif()
  target_compile_options(${name} PRIVATE ${sallyport_harden_compile}
    # It works on what the optimiser knows of sizes, and warns where nothing is optimised.
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=${sallyport_fortify}>")
  get_target_property(type ${name} TYPE)
  get_target_property(is_independent ${name} POSITION_INDEPENDENT_CODE)
  # Cheaper than -fPIC, and all that an executable needs of the libraries in it.
  if(NOT is_independent)
    target_compile_options(${name} PRIVATE -fPIE)
  endif()
  if(type STREQUAL "EXECUTABLE")
    target_link_options(${name} PRIVATE -pie ${sallyport_harden_link})
  elseif(type STREQUAL "SHARED_LIBRARY")
    target_link_options(${name} PRIVATE ${sallyport_harden_link})
  endif()
endfunction()
