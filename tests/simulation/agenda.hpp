#pragma once

#include <sallyport/engine/time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace sallyport::simulation {

/// What happens when: the one source of order and of time. What is due at the same moment happens in the order in
/// which it was planned. Every task has an owner, the process in which it happens, so that a crash can drop it.
class Agenda {
public:
  using Owner = std::size_t;
  using Task = std::function<void()>;

  explicit Agenda(std::size_t owners) : owned_(owners) {}

  /// The time that has passed since the world began.
  [[nodiscard]] Duration now() const noexcept { return now_; }

  std::uint64_t at(Duration when, Owner owner, Task task);
  std::uint64_t after(Duration wait, Owner owner, Task task) { return at(now_ + wait, owner, std::move(task)); }
  void cancel(Owner owner, std::uint64_t task);
  /// The owner has crashed: nothing that it had planned happens.
  void drop_all(Owner owner);
  /// Nothing happens at the owner until then: its machine is stalled.
  void stall(Owner owner, Duration until);

  /// Moves the time on to the next task, does it, and says whose it was; nothing where there is none.
  std::optional<Owner> do_next();

private:
  struct Entry {
    Duration when;
    std::uint64_t number;
    Owner owner;

    bool operator<(Entry const& other) const noexcept {
      return when != other.when ? when > other.when : number > other.number;
    }
  };
  struct Owned {
    std::unordered_map<std::uint64_t, Task> tasks;
    Duration stalled_until{};
  };

  Duration now_{};
  std::uint64_t next_number_ = 1;
  std::priority_queue<Entry> entries_;
  std::vector<Owned> owned_;
};

}  // namespace sallyport::simulation
