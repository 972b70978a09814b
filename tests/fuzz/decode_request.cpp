#include "round_trip.hpp"

#include <cstddef>
#include <cstdint>

using namespace sallyport;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  fuzz::check_round_trip<AuthRequest>(text);
  fuzz::check_round_trip<RefreshRequest>(text);
  fuzz::check_round_trip<RemoveAccountRequest>(text);
  return 0;
}
