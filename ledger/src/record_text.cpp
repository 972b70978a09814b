#include "record_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace sallyport {
namespace {

constexpr std::array all_acts{Act::credential_post, Act::wrong_code, Act::code_send, Act::push, Act::poll};
/// The engine keeps fewer; more is damage.
constexpr std::size_t marks_max = 256;

std::string text_of(WallTime at) {
  return std::to_string(at.time_since_epoch().count());
}

/// Takes the part before the separator off the front of the text.
std::string_view take(std::string_view& text, std::string_view separator) {
  auto const end = text.find(separator);
  auto const part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + separator.size());
  return part;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<WallTime> moment(std::string_view text) {
  auto const value = number<std::int64_t>(text);
  if (!value) return std::nullopt;
  return WallTime(WallDuration(*value));
}

bool read_mark(std::string_view text, ActRecord& record) {
  auto const at = moment(take(text, "*"));
  auto const count = number<std::uint32_t>(text);
  if (!at || !count || *count == 0 || record.marks.size() >= marks_max) return false;
  if (!record.marks.empty() && *at < record.marks.back().at) return false;
  record.marks.push_back({.at = *at, .count = *count});
  return true;
}

WallTime* moment_named(std::string_view name, ActRecord& record) {
  if (name == "until") return &record.not_before;
  if (name == "words") return &record.words_before;
  return name == "cleared" ? &record.cleared_at : nullptr;
}

bool read_act(std::string_view text, ActRecord& record) {
  while (!text.empty()) {
    auto const word = take(text, " ");
    auto* const named = moment_named(word, record);
    if (named != nullptr) {
      auto const at = moment(take(text, " "));
      if (!at) return false;
      *named = *at;
    } else if (!read_mark(word, record)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string to_text(AccountRecord const& record) {
  auto text = "latest " + text_of(record.latest);
  for (auto const act : all_acts) {
    auto const& kept = record.of(act);
    if (kept == ActRecord{}) continue;
    text.append("; ").append(name_of(act));
    if (kept.not_before != WallTime::min()) text.append(" until ").append(text_of(kept.not_before));
    if (kept.words_before != WallTime::min()) text.append(" words ").append(text_of(kept.words_before));
    if (kept.cleared_at != WallTime::min()) text.append(" cleared ").append(text_of(kept.cleared_at));
    for (auto const& mark : kept.marks) {
      text.append(" ").append(text_of(mark.at)).append("*").append(std::to_string(mark.count));
    }
  }
  return text;
}

std::optional<AccountRecord> from_text(std::string_view text) {
  AccountRecord record;
  if (text.ends_with("; ")) return std::nullopt;
  auto first = take(text, "; ");
  if (take(first, " ") != "latest") return std::nullopt;
  auto const latest = moment(first);
  if (!latest) return std::nullopt;
  record.latest = *latest;
  std::array<bool, act_count> seen{};
  while (!text.empty()) {
    auto part = take(text, "; ");
    auto const name = take(part, " ");
    auto known = false;
    for (auto const act : all_acts) {
      if (name_of(act) != name || seen[static_cast<std::size_t>(act)]) continue;
      seen[static_cast<std::size_t>(act)] = known = true;
      if (part.empty() || !read_act(part, record.of(act))) return std::nullopt;
    }
    if (!known) return std::nullopt;
  }
  return record;
}

}  // namespace sallyport
