#include "host_names.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

namespace sallyport::test::faults {
namespace {

struct Names {
  struct Entry {
    NameFault fault = NameFault::none;
    std::size_t count = 0;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, Entry> entries;
};

Names& names() {
  static Names them;
  return them;
}

/// Waits until a silence is over, as a name server that replies at last.
NameFault fault_of(std::string const& port) {
  auto& them = names();
  std::unique_lock lock(them.mutex);
  auto& entry = them.entries[port];
  auto const fault = entry.fault;
  if (fault != NameFault::none) ++entry.count;
  if (fault == NameFault::silence) them.changed.wait(lock, [&entry] { return entry.fault != NameFault::silence; });
  return fault;
}

int system_look_up(char const* name, char const* port, addrinfo const* hints, addrinfo** found) {
  using LookUp = int (*)(char const*, char const*, addrinfo const*, addrinfo**);
  static auto const look_up = reinterpret_cast<LookUp>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return look_up(name, port, hints, found);
}

int look_up(char const* port, addrinfo const* hints, addrinfo** found) {
  switch (fault_of(port)) {
    case NameFault::none: return system_look_up(right_address, port, hints, found);
    case NameFault::no_such_name: return EAI_NONAME;
    case NameFault::failed: return EAI_FAIL;
    case NameFault::try_again:
    case NameFault::silence: return EAI_AGAIN;
    case NameFault::other_address: return system_look_up(other_address, port, hints, found);
    case NameFault::other_address_first: break;
  }
  if (auto const failure = system_look_up(other_address, port, hints, found); failure != 0) return failure;
  auto* last = *found;
  while (last->ai_next != nullptr) last = last->ai_next;
  return system_look_up(right_address, port, hints, &last->ai_next);
}

}  // namespace

void set_name_fault(std::uint16_t port, NameFault fault) {
  auto& them = names();
  std::scoped_lock const lock(them.mutex);
  them.entries[std::to_string(port)].fault = fault;
  them.changed.notify_all();
}

std::size_t faulty_look_ups(std::uint16_t port) {
  auto& them = names();
  std::scoped_lock const lock(them.mutex);
  return them.entries[std::to_string(port)].count;
}

}  // namespace sallyport::test::faults

extern "C" int getaddrinfo(char const* __restrict name, char const* __restrict port, addrinfo const* __restrict hints,
                           addrinfo** __restrict found) {
  namespace faults = sallyport::test::faults;
  auto const is_faulty = name != nullptr && port != nullptr && std::string(name) == "localhost";
  return is_faulty ? faults::look_up(port, hints, found) : faults::system_look_up(name, port, hints, found);
}
