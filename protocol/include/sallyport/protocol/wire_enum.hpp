#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// The same where capitals are not told from small letters. The API's description itself writes `LoginPassword` in its
/// text and `loginPassword` in its list, so a client may have read either. No two values differ by case alone.
template <WireEnum E>
[[nodiscard]] E enumerator_in_any_case(std::string_view spelling) noexcept;

/// All described values in the order of the API's description, without `unknown`.
template <WireEnum E>
[[nodiscard]] std::span<E const> enumerators() noexcept;

/// A text that hardly ever is there: as small as a pointer, and empty where it is not.
class RareText {
public:
  RareText() = default;
  explicit RareText(std::string_view text) : text_(std::make_unique<std::string const>(text)) {}
  RareText(RareText&&) noexcept = default;
  RareText& operator=(RareText&&) noexcept = default;
  RareText(RareText const& other) : text_(other.text_ ? std::make_unique<std::string const>(*other.text_) : nullptr) {}
  RareText& operator=(RareText const& other) { return *this = RareText(other); }
  ~RareText() = default;

  [[nodiscard]] std::string_view view() const noexcept { return text_ ? std::string_view(*text_) : std::string_view(); }

private:
  std::unique_ptr<std::string const> text_;
};

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
    if (open.value_ == E::unknown && !spelling.empty()) open.spelling_ = RareText(spelling);
    return open;
  }

  [[nodiscard]] E value() const noexcept { return value_; }
  [[nodiscard]] std::string_view spelling() const noexcept {
    auto const own = value_ == E::unknown ? spelling_.view() : std::string_view();
    return own.empty() ? wire_name(value_) : own;
  }

  friend bool operator==(Open const& left, Open const& right) noexcept {
    return left.value_ == right.value_ && left.spelling() == right.spelling();
  }
  friend bool operator==(Open const& left, E right) noexcept { return left.value_ == right; }

private:
  E value_ = E::unknown;
  RareText spelling_;
};

/// Makes a value that is one of the API's in another case what it means; whether it was one.
template <WireEnum E>
bool recognise(Open<E>& value) noexcept {
  auto const meant = value.value() == E::unknown ? enumerator_in_any_case<E>(value.spelling()) : E::unknown;
  if (meant != E::unknown) value = meant;
  return meant != E::unknown;
}

/// The enumerator inside, or nothing where the member was absent.
template <WireEnum E>
[[nodiscard]] std::optional<E> value_of(std::optional<Open<E>> const& open) noexcept {
  if (!open) return std::nullopt;
  return open->value();
}

}  // namespace sallyport
