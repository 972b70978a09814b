// Whatever text is read as a flight record can be replayed without harm, and is written so that it is read again.

#include "demand.hpp"
#include "targets.hpp"

#include <sallyport/engine/flight_record.hpp>

void sallyport::fuzz::flight_record(std::string_view bytes) {
  auto const record = read_flight_record(bytes);
  if (!record) return demand(record.error().line != 0 && !record.error().field.empty());
  static_cast<void>(replay(*record, [](ReplayedStep const&) {}));
  auto const text = write_flight_record(*record);
  auto const again = read_flight_record(text);
  demand(again && write_flight_record(*again) == text);
}
