#include "http/cookie_jar.hpp"

#include "http/header_text.hpp"
#include "http/retry_after.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace sallyport {
namespace {

std::string_view take_part(std::string_view& text, char end) noexcept {
  auto const size = std::min(text.find(end), text.size());
  auto const part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return trimmed(part);
}

struct Attribute {
  std::string_view name;
  std::string_view value;
};

Attribute read_attribute(std::string_view part) noexcept {
  auto const name = take_part(part, '=');
  return {.name = name, .value = trimmed(part)};
}

/// Nothing that would end the header, or one cookie within it.
bool is_clean(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter < '\x7F' && letter != ';'; });
}

/// Whether a lifetime is over before it begins, which is how a server takes a cookie back.
bool is_spent(std::string_view seconds) noexcept {
  return seconds.starts_with('-') || (!seconds.empty() && seconds.find_first_not_of('0') == std::string_view::npos);
}

bool is_past(std::string_view date) noexcept {
  auto const left = parse_retry_after(date, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  return left && *left == std::chrono::seconds(0);
}

}  // namespace

bool is_cookie_header(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter < '\x7F'; });
}

void CookieJar::take(std::string_view line) {
  auto const pair = take_part(line, ';');
  auto const equals = pair.find('=');
  if (equals == std::string_view::npos) return;
  auto const name = trimmed(pair.substr(0, equals));
  auto const value = trimmed(pair.substr(equals + 1));
  if (name.empty() || !is_clean(name) || !is_clean(value)) return;
  std::optional<bool> spent;  // Max-Age outranks Expires.
  auto past = false;
  while (!line.empty()) {
    auto const attribute = read_attribute(take_part(line, ';'));
    if (same_in_any_case(attribute.name, "Max-Age")) spent = is_spent(attribute.value);
    if (same_in_any_case(attribute.name, "Expires")) past = is_past(attribute.value);
  }
  remove(name);
  auto const text = header_.reveal();
  auto const count = text.empty() ? 0 : 1 + std::ranges::count(text, ';');
  if (spent.value_or(past) || static_cast<std::size_t>(count) >= cookies_max ||
      text.size() + name.size() + value.size() + 3 > bytes_max) {
    return;
  }
  if (!text.empty()) header_.append("; ");
  header_.append(name);
  header_.push_back('=');
  header_.append(value);
}

void CookieJar::remove(std::string_view name) {
  Secret kept;
  auto rest = header_.reveal();
  while (!rest.empty()) {
    auto const pair = take_part(rest, ';');
    if (pair.substr(0, pair.find('=')) == name) continue;
    if (!kept.empty()) kept.append("; ");
    kept.append(pair);
  }
  header_ = std::move(kept);
}

}  // namespace sallyport
