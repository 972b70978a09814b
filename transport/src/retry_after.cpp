#include "retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace sallyport {
namespace {

using std::chrono::seconds;

constexpr seconds retry_after_max = std::chrono::hours(24);

/// The whole text as a decimal number.
template <class Number>
bool read_number(std::string_view text, Number& number) noexcept {
  auto const is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return false;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  return ec == std::errc{} && end == text.data() + text.size();
}

/// 1 to 12; 0 for what is no month.
unsigned month_named(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const found = std::ranges::find(months, name);
  return found == months.end() ? 0 : static_cast<unsigned>(found - months.begin()) + 1;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) noexcept {
  constexpr std::size_t length = 29;
  if (text.size() != length || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' ||
      text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  unsigned day = 0;
  int year = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!read_number(text.substr(5, 2), day) || !read_number(text.substr(12, 4), year) ||
      !read_number(text.substr(17, 2), hour) || !read_number(text.substr(20, 2), minute) ||
      !read_number(text.substr(23, 2), second)) {
    return std::nullopt;
  }
  std::chrono::year_month_day const date(std::chrono::year(year), std::chrono::month(month_named(text.substr(8, 3))),
                                         std::chrono::day(day));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now) noexcept {
  std::uint32_t count = 0;
  if (read_number(text, count)) return std::min(seconds(count), retry_after_max);
  auto const is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (!text.empty() && std::ranges::all_of(text, is_digit)) return retry_after_max;
  auto const date = parse_date(text);
  if (!date) return std::nullopt;
  return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds(0), retry_after_max);
}

}  // namespace sallyport
