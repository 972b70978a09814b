#include "trace.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace sallyport::simulation {

std::string_view name_of(Fault fault) noexcept {
  static constexpr auto names =
      std::to_array<std::string_view>({"unreachable",       "request lost",        "request late",
                                       "request repeated",  "request overtaken",   "request replayed",
                                       "reply lost",        "reply late",          "reply cut off",
                                       "reply corrupted",   "reply garbage",       "reply echo",
                                       "reply stale",       "HTTP error",          "slow down",
                                       "redirect",          "institution slow",    "institution mute",
                                       "institution error", "alarm late",          "stall",
                                       "clock ahead",       "wall clock jump",     "client crash",
                                       "server crash",      "server stop",         "cancelled",
                                       "user too late",     "wrong answer",        "second turn",
                                       "snapshot moved",    "snapshot used twice", "snapshot changed"});
  static_assert(names.size() == fault_count);
  return names[static_cast<std::size_t>(fault)];
}

void Trace::mix(std::uint64_t value) noexcept {
  // FNV-1a over words, with a rotation so that high bits count.
  hash_ = (hash_ ^ value) * 0x100000001b3U;
  hash_ ^= hash_ >> 29U;
}

void Trace::note(Duration at, std::string_view what, LoginNumber login, std::uint64_t detail) {
  mix(static_cast<std::uint64_t>(at.count()));
  for (auto const letter : what) mix(static_cast<unsigned char>(letter));
  mix(login);
  mix(detail);
  Entry const entry{.at = at, .what = what, .login = login, .detail = detail};
  if (newest_.size() < kept) {
    newest_.push_back(entry);
  } else {
    newest_[size_ % kept] = entry;
  }
  ++size_;
}

std::string Trace::story_of(LoginNumber login) const {
  std::string story;
  auto const from = size_ > kept ? size_ - kept : 0;
  for (auto index = from; index < size_; ++index) {
    auto const& entry = newest_[index % kept];
    if (entry.login != login) continue;
    std::array<char, 96> line{};
    auto const seconds = std::chrono::duration<double>(entry.at).count();
    std::snprintf(line.data(), line.size(), "  %12.3f s  %-24.24s %llu\n", seconds, entry.what.data(),
                  static_cast<unsigned long long>(entry.detail));
    story += line.data();
  }
  return story;
}

}  // namespace sallyport::simulation
