#include <sallyport/engine/session_table.hpp>

#include <cassert>

namespace sallyport {

using boost::system::result;

SessionTable::SessionTable(std::size_t capacity, TimePoint start)
    : slots_(capacity), wheel_({capacity == 0 ? nullptr : &slots_[0].alarm, nodes_per_slot}, capacity, start) {
  assert(capacity < in_use);
  for (std::uint32_t slot = 0; slot < capacity; ++slot) slots_[slot].next_free = slot + 1;
}

result<SessionHandle> SessionTable::open(Role role, Limits const& limits) {
  if (first_free_ == slots_.size()) return EngineErrc::table_full;
  auto const index = first_free_;
  auto& slot = slots_[index];
  first_free_ = slot.next_free;
  slot.session = Session(role, limits);
  slot.next_free = in_use;
  ++slot.generation;
  ++size_;
  return SessionHandle{index, slot.generation};
}

Session const* SessionTable::find(SessionHandle handle) const noexcept {
  if (handle.slot >= slots_.size()) return nullptr;
  auto const& slot = slots_[handle.slot];
  return slot.next_free == in_use && slot.generation == handle.generation ? &slot.session : nullptr;
}

Session* SessionTable::find_open(SessionHandle handle) noexcept {
  return find(handle) == nullptr ? nullptr : &slots_[handle.slot].session;
}

result<Action> SessionTable::step(SessionHandle handle, Event const& event, TimePoint now) {
  auto* const session = find_open(handle);
  if (session == nullptr) return EngineErrc::stale_handle;
  auto const action = session->step(event, now);
  // A refused step keeps the alarm that is set. Where that alarm is what rang, it is gone and has to be set again, or
  // nothing would ever wake the session.
  if (action || !wheel_.is_armed(handle.slot)) set_alarm(handle.slot);
  return action;
}

void SessionTable::restore(SessionHandle handle, Session const& before) {
  auto* const session = find_open(handle);
  if (session == nullptr) return;
  *session = before;
  set_alarm(handle.slot);
}

void SessionTable::wake_at(SessionHandle handle, Alarm alarm) {
  if (find_open(handle) != nullptr) wheel_.arm(handle.slot, alarm.at, alarm.event);
}

void SessionTable::close(SessionHandle handle) noexcept {
  if (find_open(handle) == nullptr) return;
  auto& slot = slots_[handle.slot];
  wheel_.disarm(handle.slot);
  slot.next_free = first_free_;
  first_free_ = handle.slot;
  --size_;
}

std::size_t SessionTable::size() const noexcept {
  return size_;
}

std::size_t SessionTable::capacity() const noexcept {
  return slots_.size();
}

std::optional<TimePoint> SessionTable::next_alarm() const noexcept {
  return wheel_.next();
}

void SessionTable::advance(TimePoint now, std::function<void(SessionHandle, EventType)> const& ring) {
  wheel_.advance(now, [&](std::uint32_t slot, EventType event) {
    ring(SessionHandle{slot, slots_[slot].generation}, event);
  });
}

void SessionTable::set_alarm(std::uint32_t slot) noexcept {
  auto const alarm = slots_[slot].session.alarm();
  if (alarm) {
    wheel_.arm(slot, alarm->at, alarm->event);
  } else {
    wheel_.disarm(slot);
  }
}

}  // namespace sallyport
