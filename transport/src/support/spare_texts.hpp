#pragma once

#include <sallyport/protocol/secret.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace sallyport {

/// The memory of texts that were used up, wiped, for the next ones. A few, and no large ones: nobody knows when the
/// next comes.
class SpareTexts {
public:
  /// An empty text, with room where there is some.
  [[nodiscard]] Secret take() noexcept { return count_ == 0 ? Secret() : std::move(texts_[--count_]); }
  void keep(Secret text) noexcept {
    if (text.empty() || text.size() > kept_max || count_ == texts_.size()) return;
    text.clear();
    texts_[count_++] = std::move(text);
  }

private:
  static constexpr std::size_t kept_max = 4096;

  std::array<Secret, 4> texts_;  // Of one exchange: target, body, the whole request, and the reply.
  std::size_t count_ = 0;
};

}  // namespace sallyport
