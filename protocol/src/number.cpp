#include "number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace sallyport::wire {
namespace {

struct Parts {
  bool negative;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent;
};

Parts parts_of(std::string_view number) noexcept {
  Parts parts{false, number, {}, 0};
  if (number.starts_with('-')) {
    parts.negative = true;
    parts.whole.remove_prefix(1);
  }
  if (auto const mark = parts.whole.find_first_of("eE"); mark != std::string_view::npos) {
    auto digits = parts.whole.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), parts.exponent);
    parts.whole = parts.whole.substr(0, mark);
  }
  if (auto const point = parts.whole.find('.'); point != std::string_view::npos) {
    parts.fraction = parts.whole.substr(point + 1);
    parts.whole = parts.whole.substr(0, point);
  }
  return parts;
}

/// The digits of whole and fraction as one sequence, without leading and trailing zeros.
class Digits {
public:
  explicit Digits(Parts const& parts) noexcept : parts_(parts), end_(parts.whole.size() + parts.fraction.size()) {
    while (end_ > begin_ && at(end_ - 1) == '0') --end_;
    while (begin_ < end_ && at(begin_) == '0') ++begin_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] char operator[](std::size_t i) const noexcept { return at(begin_ + i); }
  /// By how many zeros the integer is longer than the digits; negative where digits stand right of the point.
  [[nodiscard]] std::int64_t zeros() const noexcept {
    return static_cast<std::int64_t>(parts_.whole.size()) - static_cast<std::int64_t>(end_) + parts_.exponent;
  }

private:
  [[nodiscard]] char at(std::size_t i) const noexcept {
    return i < parts_.whole.size() ? parts_.whole[i] : parts_.fraction[i - parts_.whole.size()];
  }

  Parts const& parts_;
  std::size_t begin_ = 0;
  std::size_t end_;
};

}  // namespace

boost::system::result<std::int64_t, NumberFault> integer_of(std::string_view number) noexcept {
  static constexpr auto digits_max = std::numeric_limits<std::int64_t>::digits10 + 1;
  std::int64_t plain = 0;
  auto const [stop, error] = std::from_chars(number.data(), number.data() + number.size(), plain);
  if (error == std::errc{} && stop == number.data() + number.size()) return plain;

  auto const parts = parts_of(number);
  Digits const digits(parts);
  if (digits.size() == 0) return 0;
  if (digits.zeros() < 0) return NumberFault::fraction;
  if (digits.zeros() > digits_max || digits.size() > digits_max) return NumberFault::range;

  std::array<char, 2 * digits_max + 1> text{};
  auto* end = text.data();
  if (parts.negative) *end++ = '-';
  for (std::size_t i = 0; i < digits.size(); ++i) *end++ = digits[i];
  end = std::fill_n(end, digits.zeros(), '0');
  std::int64_t value = 0;
  if (std::from_chars(text.data(), end, value).ec != std::errc{}) return NumberFault::range;
  return value;
}

std::optional<double> double_of(std::string_view number) noexcept {
  double value = 0;
  auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc{}) return value;
  // Out of range is also what is too small for a double: its next double is zero.
  auto const parts = parts_of(number);
  Digits const digits(parts);
  if (static_cast<std::int64_t>(digits.size()) + digits.zeros() > 0) return std::nullopt;
  return parts.negative ? -0.0 : 0.0;
}

}  // namespace sallyport::wire
