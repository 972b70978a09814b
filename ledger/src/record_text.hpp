#pragma once

#include <sallyport/engine/ledger.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// A record as a line that an operator can read, times in milliseconds since 1970:
/// `latest 1772000000000; credential_post 1772000000000*1 1772000060000*1; push until 1772086400000`.
[[nodiscard]] std::string to_text(AccountRecord const& record);

/// Reads that line, strictly; nothing where it is any other. `over_at` is not part of it.
[[nodiscard]] std::optional<AccountRecord> from_text(std::string_view text);

}  // namespace sallyport
