#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// The value of a parameter in a query string, decoded; nothing where it is absent, given twice, or badly encoded.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

}  // namespace sallyport
