#pragma once

// What our headers show of Boost and of the standard library is laid out as their versions and macros say. A program
// that sees them otherwise than the library was built would read the wrong member some day. So each source with our
// headers in it refers to functions whose names tell what it sees, and the library defines those of what it was built
// with. Where the two differ the program does not link, and the name that the linker misses says in what.

#include <boost/version.hpp>

#include <string_view>

namespace sallyport {

/// What a macro is here: its number, 1 where it is none, 0 where the macro is not defined. `text` is what it becomes.
[[nodiscard]] constexpr long value_seen(std::string_view name, std::string_view text) noexcept {
  if (text == name) return 0;
  long value = 0;
  for (auto const digit : text) {
    if (digit < '0' || digit > '9') return 1;
    value = value * 10 + (digit - '0');
  }
  return value != 0 ? value : 1;
}

/// The library has it for what it was built with alone. A linker that misses it: the program defines the macro, or has
/// a version of Boost, that the library was not built with; 0 stands for a macro that is not defined.
template <class Macro, long Value>
void library_built_with();

}  // namespace sallyport

#define SALLYPORT_TEXT(text) #text
#define SALLYPORT_REFER_TO_BUILD(macro, name) \
  &library_built_with<struct name, value_seen(#macro, SALLYPORT_TEXT(macro))>,

#define SALLYPORT_EACH_MACRO_SEEN(call) call(BOOST_VERSION, boost_version) call(_GLIBCXX_DEBUG, glibcxx_debug)

namespace sallyport {

/// In each source of its own, and kept though nothing uses it.
[[gnu::used, gnu::retain]] constexpr void (*boost_as_seen_here[])() = {
    SALLYPORT_EACH_MACRO_SEEN(SALLYPORT_REFER_TO_BUILD)};

}  // namespace sallyport
