#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::wire {

enum class NumberFault : std::uint8_t { fraction, range };

/// The integer that a JSON number is exactly; 1.0 and 1e3 are integers, 1.5 and 1e-3 are not.
[[nodiscard]] boost::system::result<std::int64_t, NumberFault> integer_of(std::string_view number) noexcept;

/// The double next to a JSON number, or nothing where that would be infinite. Boost.JSON 1.81 may be off by one unit in
/// the last place, so that an amount would not come back as it was written; this is exact.
[[nodiscard]] std::optional<double> double_of(std::string_view number) noexcept;

}  // namespace sallyport::wire
