#pragma once

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <string_view>

namespace sallyport {

/// Names in headers, and much else on the wire, are the same in capitals. Of ASCII letters alone.
[[nodiscard]] inline bool same_in_any_case(std::string_view left, std::string_view right) noexcept {
  return boost::beast::iequals({left.data(), left.size()}, {right.data(), right.size()});
}

/// The text without the blanks and tabs around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace sallyport
