# Registers every test case of a Boost.Test program as a test of ctest, by asking the program after it is linked.
# CMake has this for GoogleTest alone.

function(sallyport_discover_tests name)
  set(listing ${CMAKE_CURRENT_BINARY_DIR}/${name}_tests.cmake)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:${name}> -D NAME=${name} -D LISTING=${listing}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/list_tests.cmake
    BYPRODUCTS ${listing} VERBATIM)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake
    "if(EXISTS \"${listing}\")\n  include(\"${listing}\")\nelse()\n  add_test(${name}_not_built ${name}_not_built)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake)
endfunction()
