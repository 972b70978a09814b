// What libFuzzer calls. The build says which target it is.

#include "targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  sallyport::fuzz::SALLYPORT_FUZZ_TARGET({reinterpret_cast<char const*>(data), size});
  return 0;
}
