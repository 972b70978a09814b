#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace sallyport {

/// Who is alive among many that come and go by themselves. It forgets the dead when it has doubled, so that adding
/// costs little on average.
template <class T>
class WeakList {
public:
  void add(std::weak_ptr<T> one) {
    if (all_.size() >= sweep_at_) sweep();
    all_.push_back(std::move(one));
  }
  void sweep() {
    std::erase_if(all_, [](auto const& weak) { return weak.expired(); });
    sweep_at_ = std::max<std::size_t>(64, 2 * all_.size());
  }
  /// Counts the dead that are not swept yet.
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

  /// Calls `visit` with each that is alive; it must add none.
  template <class Visit>
  void for_each(Visit visit) const {
    for (auto const& weak : all_) {
      if (auto const one = weak.lock()) visit(*one);
    }
  }

  /// Calls `visit` with each that is alive, and forgets all.
  template <class Visit>
  void drain(Visit visit) {
    for (auto const& weak : std::exchange(all_, {})) {
      if (auto const one = weak.lock()) visit(*one);
    }
  }

private:
  std::vector<std::weak_ptr<T>> all_;
  std::size_t sweep_at_ = 64;
};

}  // namespace sallyport
