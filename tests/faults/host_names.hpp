#pragma once

// What this program's resolver says of a host name: its `getaddrinfo` stands in front of the system's.

#include <cstddef>
#include <cstdint>

namespace sallyport::test::faults {

enum class NameFault : std::uint8_t {
  none,                 ///< 127.0.0.1, whatever the name.
  no_such_name,         ///< EAI_NONAME.
  failed,               ///< EAI_FAIL: the name server could not tell.
  try_again,            ///< EAI_AGAIN: the name server did not reply.
  silence,              ///< No reply until the fault is over.
  other_address,        ///< 127.0.0.9 alone.
  other_address_first,  ///< 127.0.0.9, then 127.0.0.1.
};

/// Of look-ups that ask for this port.
void set_name_fault(std::uint16_t port, NameFault fault);
/// How many look-ups for this port have met a fault.
[[nodiscard]] std::size_t faulty_look_ups(std::uint16_t port);

inline constexpr char const* right_address = "127.0.0.1";
inline constexpr char const* other_address = "127.0.0.9";

}  // namespace sallyport::test::faults
