#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/auth_response.hpp>

#include "place.hpp"

namespace sallyport::scenario_file {

/// What an institution says at a door: a part of an AuthResponse. Values that the API does not have are for irregular
/// scenarios alone; everywhere else they are slips of the pen.
[[nodiscard]] AuthResponse read_reply(Place const& place, bool irregular);

/// What a door shows in place of what its reply says: texts and QR codes alone.
[[nodiscard]] AuthResponse read_change(Place const& place, std::size_t length_max);

/// An account as the API shows it.
[[nodiscard]] BrokerAccount read_account(Place const& place);

}  // namespace sallyport::scenario_file
