#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sallyport {

/// How many values of the enum `E` the API describes today; `E::unknown` (0) is not among them.
template <class E>
inline constexpr std::size_t enumerator_count = 0;

/// An enum of the API: `unknown` is 0, the described values are 1 to `enumerator_count<E>`.
template <class E>
concept WireEnum = std::is_enum_v<E> && requires {
  E::unknown;
} &&(enumerator_count<E> > 0);

/// The spelling on the wire, "unknown" for `E::unknown`.
template <WireEnum E>
[[nodiscard]] std::string_view wire_name(E value) noexcept;

/// The enumerator with that spelling, `E::unknown` where the API has none. Case matters.
template <WireEnum E>
[[nodiscard]] E enumerator_of(std::string_view spelling) noexcept;

/// All described values in the order of the API's description, without `unknown`.
template <WireEnum E>
[[nodiscard]] std::span<E const> enumerators() noexcept;

/// A value of an enum that the peer may extend at any time: an enumerator that we know, or the peer's own spelling.
/// The API grew from 11 to 17 login statuses within a year, so an unknown value is data and never a parse failure.
/// Two are equal where their spellings are. Compared with an enumerator only that counts: every value that we do not
/// know is equal to `E::unknown`, so two that are may still differ.
template <WireEnum E>
class Open {
public:
  Open() = default;
  Open(E value) noexcept : value_(value) {}

  [[nodiscard]] static Open from_wire(std::string_view spelling) {
    Open open(enumerator_of<E>(spelling));
    if (open.value_ == E::unknown) open.spelling_ = spelling;
    return open;
  }

  [[nodiscard]] E value() const noexcept { return value_; }
  [[nodiscard]] std::string_view spelling() const noexcept {
    return value_ == E::unknown && !spelling_.empty() ? std::string_view(spelling_) : wire_name(value_);
  }

  friend bool operator==(Open const& left, Open const& right) noexcept {
    return left.value_ == right.value_ && left.spelling() == right.spelling();
  }
  friend bool operator==(Open const& left, E right) noexcept { return left.value_ == right; }

private:
  E value_ = E::unknown;
  std::string spelling_;
};

/// The enumerator inside, or nothing where the member was absent.
template <WireEnum E>
[[nodiscard]] std::optional<E> value_of(std::optional<Open<E>> const& open) noexcept {
  if (!open) return std::nullopt;
  return open->value();
}

}  // namespace sallyport
