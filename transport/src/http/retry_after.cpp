#include "http/retry_after.hpp"

#include "http/header_text.hpp"

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

/// The fields of a date as they stand in the text.
struct DateTexts {
  std::string_view day;
  std::string_view month;
  std::string_view year;
  std::string_view time;  ///< "08:49:37".
};

/// Whether the text has this shape, in which a letter stands for a byte of its kind and anything else for itself.
bool has_shape(std::string_view text, std::string_view shape) noexcept {
  auto const fits = [](char byte, char wanted) {
    auto const is_digit = byte >= '0' && byte <= '9';
    if (wanted == 'd') return is_digit;
    if (wanted == 'b') return is_digit || byte == ' ';
    if (wanted == 'a') return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    return byte == wanted;
  };
  return std::ranges::equal(text, shape, fits);
}

std::optional<DateTexts> texts_of(std::string_view text) noexcept {
  if (has_shape(text, "aaa, dd aaa dddd dd:dd:dd GMT")) {
    return DateTexts{text.substr(5, 2), text.substr(8, 3), text.substr(12, 4), text.substr(17, 8)};
  }
  // What balancers write to take a cookie back.
  if (has_shape(text, "aaa, dd-aaa-dddd dd:dd:dd GMT")) {
    return DateTexts{text.substr(5, 2), text.substr(8, 3), text.substr(12, 4), text.substr(17, 8)};
  }
  if (has_shape(text, "aaa aaa bd dd:dd:dd dddd")) {
    auto const day = text[8] == ' ' ? text.substr(9, 1) : text.substr(8, 2);
    return DateTexts{day, text.substr(4, 3), text.substr(20, 4), text.substr(11, 8)};
  }
  auto const comma = text.find(',');
  if (comma == std::string_view::npos || comma < 6 || comma > 9) return std::nullopt;
  auto const rest = text.substr(comma);
  if (!has_shape(rest, ", dd-aaa-dd dd:dd:dd GMT")) return std::nullopt;
  return DateTexts{rest.substr(2, 2), rest.substr(5, 3), rest.substr(9, 2), rest.substr(12, 8)};
}

/// Of two digits: the last such year that is no more than fifty years from now.
int year_of(int year, std::string_view digits, seconds since_epoch) noexcept {
  if (digits.size() == 4) return year;
  auto const this_year = 1970 + static_cast<int>(since_epoch / std::chrono::years(1));
  auto const latest = this_year + 50;
  return latest - (latest - year) % 100;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, std::chrono::sys_seconds now) noexcept {
  auto const texts = texts_of(text);
  if (!texts) return std::nullopt;
  unsigned day = 0;
  int year = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  auto const& time = texts->time;
  if (!read_number(texts->day, day) || !read_number(texts->year, year) || !read_number(time.substr(0, 2), hour) ||
      !read_number(time.substr(3, 2), minute) || !read_number(time.substr(6, 2), second)) {
    return std::nullopt;
  }
  year = year_of(year, texts->year, now.time_since_epoch());
  std::chrono::year_month_day const date(std::chrono::year(year), std::chrono::month(month_named(texts->month)),
                                         std::chrono::day(day));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
}

// In whole seconds: the year 9999 is beyond a clock of nanoseconds.
std::optional<seconds> parse_retry_after(std::string_view text, std::chrono::sys_seconds now) noexcept {
  std::uint32_t count = 0;
  if (read_number(text, count)) return std::min(seconds(count), retry_after_max);
  auto const is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (!text.empty() && std::ranges::all_of(text, is_digit)) return retry_after_max;
  auto const date = parse_http_date(text, now);
  if (!date) return std::nullopt;
  return std::clamp(*date - now, seconds(0), retry_after_max);
}

// A balancer may add its own to the server's, in a line of its own or in the same one. A date has a comma too.
std::optional<seconds> longest_retry_after(std::string_view text, std::chrono::sys_seconds now) noexcept {
  std::optional<seconds> longest;
  while (!text.empty()) {
    auto end = std::min(text.find(','), text.size());
    auto const two_parts = std::min(text.find(',', end + 1), text.size());
    auto one = parse_retry_after(trimmed(text.substr(0, end)), now);
    if (!one) {
      one = parse_retry_after(trimmed(text.substr(0, two_parts)), now);
      if (one) end = two_parts;
    }
    if (one) longest = std::max(longest.value_or(*one), *one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

}  // namespace sallyport
