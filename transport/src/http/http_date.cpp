#include "http/http_date.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace sallyport {
namespace {

/// The three letters of the one with that number.
std::string_view name_in(std::string_view names, unsigned number) noexcept {
  return names.substr(std::size_t{3} * number, 3);
}

class Writer {
public:
  explicit Writer(HttpDate& into) noexcept : at_(into.begin()) {}

  Writer& text(std::string_view some) noexcept {
    at_ = std::ranges::copy(some, at_).out;
    return *this;
  }
  Writer& number(unsigned value, unsigned width) noexcept {
    for (auto left = width; left != 0; --left, value /= 10) at_[left - 1] = static_cast<char>('0' + value % 10);
    at_ += width;
    return *this;
  }

private:
  HttpDate::iterator at_;
};

}  // namespace

HttpDate http_date(std::chrono::system_clock::time_point moment) noexcept {
  using std::chrono::floor;
  auto const day = floor<std::chrono::days>(moment);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const time(floor<std::chrono::seconds>(moment - day));
  HttpDate text{};
  Writer(text)
      .text(name_in("SunMonTueWedThuFriSat", std::chrono::weekday(day).c_encoding()))
      .text(", ")
      .number(static_cast<unsigned>(date.day()), 2)
      .text(" ")
      .text(name_in("JanFebMarAprMayJunJulAugSepOctNovDec", static_cast<unsigned>(date.month()) - 1))
      .text(" ")
      .number(static_cast<unsigned>(static_cast<int>(date.year())), 4)
      .text(" ")
      .number(static_cast<unsigned>(time.hours().count()), 2)
      .text(":")
      .number(static_cast<unsigned>(time.minutes().count()), 2)
      .text(":")
      .number(static_cast<unsigned>(time.seconds().count()), 2)
      .text(" GMT");
  return text;
}

}  // namespace sallyport
