# What is installed, and how it is found again: the package of CMake and one file of pkg-config for each library.
# Their paths are relative to themselves, so that an installed tree can be moved.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(sallyport_cmake_directory ${CMAKE_INSTALL_LIBDIR}/cmake/sallyport)

set(sallyport_documents LICENSE README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md)

# Builds what an installation takes, and nothing else: where more is built, no less is installed.
add_custom_target(sallyport_installed)

function(sallyport_install_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;DEFINITIONS")
  if(BUILD_SHARED_LIBS)
    set_target_properties(sallyport_${name} PROPERTIES INSTALL_RPATH "$ORIGIN")
  endif()
  install(TARGETS sallyport_${name} EXPORT sallyport-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  add_dependencies(sallyport_installed sallyport_${name})
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
  sallyport_install_pkg_config(${name} DEPENDS ${arg_DEPENDS} DEFINITIONS ${arg_DEFINITIONS})
endfunction()

# Translates the CMake targets that a library depends on into the words of pkg-config. Boost has no files for it.
function(sallyport_install_pkg_config name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;DEFINITIONS")
  set(requires "")
  set(requires_system "")
  set(libraries "")
  set(flags "")
  foreach(dependency IN LISTS arg_DEPENDS)
    if(dependency MATCHES "^sallyport::(.+)$")
      list(APPEND requires "sallyport-${CMAKE_MATCH_1} = ${sallyport_VERSION}")
    elseif(dependency STREQUAL "OpenSSL::Crypto")
      list(APPEND requires_system "libcrypto >= ${sallyport_openssl_version}")
    elseif(dependency STREQUAL "OpenSSL::SSL")
      list(APPEND requires_system "libssl >= ${sallyport_openssl_version}")
    elseif(dependency STREQUAL "SQLite::SQLite3")
      list(APPEND requires_system "sqlite3 >= ${sallyport_sqlite_version}")
    elseif(dependency STREQUAL "Threads::Threads")
      list(APPEND flags -pthread)
      list(APPEND libraries -pthread)
    elseif(dependency STREQUAL "Boost::headers")
      if(NOT Boost_INCLUDE_DIRS IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
        list(APPEND flags "-I${Boost_INCLUDE_DIRS}")
      endif()
    elseif(dependency MATCHES "^Boost::(.+)$")
      if(Boost_LIBRARY_DIRS AND NOT Boost_LIBRARY_DIRS IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
        list(APPEND libraries "-L${Boost_LIBRARY_DIRS}")
      endif()
      list(APPEND libraries -lboost_${CMAKE_MATCH_1})
    else()
      message(FATAL_ERROR "sallyport-${name}.pc: ${dependency} has no translation into pkg-config")
    endif()
  endforeach()
  list(TRANSFORM arg_DEFINITIONS PREPEND -D)
  list(APPEND flags ${arg_DEFINITIONS})
  if(SALLYPORT_SANITIZE)
    list(APPEND libraries -fsanitize=${SALLYPORT_SANITIZE})
  endif()
  list(APPEND requires_all ${requires} ${requires_system})
  list(JOIN requires ", " requires)
  list(JOIN requires_system ", " requires_system)
  list(JOIN requires_all ", " requires_all)
  list(JOIN libraries " " libraries)
  list(JOIN flags " " flags)

  # A shared library brings what it needs by itself; a static one leaves it to whoever links.
  if(BUILD_SHARED_LIBS)
    set(needs "Requires: ${requires}\nRequires.private: ${requires_system}")
    set(links "Libs: -L\${libdir} -lsallyport_${name}\nLibs.private: ${libraries}")
  else()
    set(needs "Requires: ${requires_all}")
    set(links "Libs: -L\${libdir} -lsallyport_${name} ${libraries}")
  endif()

  set(pkg_config_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(prefix "${CMAKE_INSTALL_PREFIX}")  # Such a tree cannot be moved.
  else()
    file(RELATIVE_PATH to_prefix "/${pkg_config_directory}" "/")
    string(REGEX REPLACE "/$" "" to_prefix "${to_prefix}")
    set(prefix "\${pcfiledir}/${to_prefix}")
  endif()
  set(library_directory "\${prefix}")
  set(include_directory "\${prefix}")
  cmake_path(APPEND library_directory "${CMAKE_INSTALL_LIBDIR}")
  cmake_path(APPEND include_directory "${CMAKE_INSTALL_INCLUDEDIR}")
  configure_file(${sallyport_SOURCE_DIR}/cmake/sallyport.pc.in
                 ${sallyport_BINARY_DIR}/pkgconfig/sallyport-${name}.pc @ONLY)
  install(FILES ${sallyport_BINARY_DIR}/pkgconfig/sallyport-${name}.pc DESTINATION ${pkg_config_directory})
endfunction()

# The package that find_package(sallyport) finds. Below 1.0 a minor version may break, so it must match.
function(sallyport_install_package)
  set(sallyport_has_ledger_sqlite 0)
  if(TARGET sallyport_ledger_sqlite)
    set(sallyport_has_ledger_sqlite 1)
  endif()
  configure_package_config_file(${sallyport_SOURCE_DIR}/cmake/sallyport-config.cmake.in
    ${sallyport_BINARY_DIR}/cmake/sallyport-config.cmake INSTALL_DESTINATION ${sallyport_cmake_directory}
    NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  write_basic_package_version_file(${sallyport_BINARY_DIR}/cmake/sallyport-config-version.cmake
    VERSION ${sallyport_VERSION} COMPATIBILITY SameMinorVersion)
  install(FILES ${sallyport_BINARY_DIR}/cmake/sallyport-config.cmake
                ${sallyport_BINARY_DIR}/cmake/sallyport-config-version.cmake
          DESTINATION ${sallyport_cmake_directory})
  install(EXPORT sallyport-targets NAMESPACE sallyport:: DESTINATION ${sallyport_cmake_directory})
  list(TRANSFORM sallyport_documents PREPEND ${sallyport_SOURCE_DIR}/ OUTPUT_VARIABLE documents)
  install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(DIRECTORY ${sallyport_SOURCE_DIR}/docs ${sallyport_SOURCE_DIR}/examples ${sallyport_SOURCE_DIR}/deploy
          DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN Doxyfile EXCLUDE PATTERN "*.py" EXCLUDE PATTERN __pycache__ EXCLUDE)
  install(CODE "cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE DOCUMENTS)
cmake_path(APPEND DOCUMENTS \"${CMAKE_INSTALL_DOCDIR}\")
set(DOCUMENTS \"\$ENV{DESTDIR}\${DOCUMENTS}\")")
  install(SCRIPT ${sallyport_SOURCE_DIR}/cmake/installed_links.cmake)
endfunction()
