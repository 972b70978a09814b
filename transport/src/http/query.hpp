#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// The value of a parameter in a query string, decoded; nothing where it is absent, given twice, or badly encoded.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

/// A part of a URL without its percent signs and pluses; nothing where it is badly encoded.
[[nodiscard]] std::optional<std::string> decode_component(std::string_view text);

/// Why a text of the query may not become part of a key and of a log line; "" where it may.
[[nodiscard]] std::string_view problem_of_text(std::string_view text) noexcept;

}  // namespace sallyport
