#include "agenda.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::simulation {

std::uint64_t Agenda::at(Duration when, Owner owner, Task task) {
  auto const number = next_number_++;
  owned_[owner].tasks.emplace(number, std::move(task));
  entries_.push({.when = std::max(when, now_), .number = number, .owner = owner});
  return number;
}

void Agenda::cancel(Owner owner, std::uint64_t task) {
  owned_[owner].tasks.erase(task);
}

void Agenda::drop_all(Owner owner) {
  // What a task holds may cancel another one when it is destroyed.
  auto const dropped = std::exchange(owned_[owner].tasks, {});
}

void Agenda::stall(Owner owner, Duration until) {
  owned_[owner].stalled_until = std::max(owned_[owner].stalled_until, until);
}

std::optional<Agenda::Owner> Agenda::do_next() {
  while (!entries_.empty()) {
    auto entry = entries_.top();
    entries_.pop();
    auto& owned = owned_[entry.owner];
    auto const found = owned.tasks.find(entry.number);
    if (found == owned.tasks.end()) continue;  // It was cancelled.
    if (entry.when < owned.stalled_until) {
      entry.when = owned.stalled_until;
      entries_.push(entry);
      continue;
    }
    now_ = entry.when;
    auto const task = std::move(found->second);
    owned.tasks.erase(found);
    task();
    return entry.owner;
  }
  return std::nullopt;
}

}  // namespace sallyport::simulation
