// Whatever text is read as a flight record can be replayed without harm, and is written so that it is read again.

#include <sallyport/engine/flight_record.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const record = sallyport::read_flight_record({reinterpret_cast<char const*>(data), size});
  if (!record) {
    if (record.error().line == 0 || record.error().field.empty()) std::abort();
    return 0;
  }
  static_cast<void>(sallyport::replay(*record, [](sallyport::ReplayedStep const&) {}));
  auto const text = sallyport::write_flight_record(*record);
  auto const again = sallyport::read_flight_record(text);
  if (!again || sallyport::write_flight_record(*again) != text) std::abort();
  return 0;
}
