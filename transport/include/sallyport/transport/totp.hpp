#pragma once

#include <sallyport/protocol/secret.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

enum class TotpHash : std::uint8_t { sha1, sha256, sha512 };

/// How an authenticator makes its codes; the defaults are those of RFC 6238 and of nearly every institution.
struct TotpParameters {
  TotpHash hash = TotpHash::sha1;
  unsigned digits = 6;  ///< 6 to 8.
  std::chrono::seconds period{30};
};

/// Which period of time a moment lies in, counted from the Unix epoch (RFC 6238, T0 = 0).
[[nodiscard]] std::uint64_t totp_window(std::chrono::system_clock::time_point now, TotpParameters const& parameters);

/// The code of that window (RFC 6238). Empty where the parameters are out of range or the key is empty.
[[nodiscard]] Secret totp_code(Secret const& key, std::uint64_t window, TotpParameters const& parameters);

/// The key as institutions show it: Base32 (RFC 4648), in any case, with blanks, dashes and padding or without.
/// Nothing where it is empty or holds anything else.
[[nodiscard]] std::optional<Secret> totp_key_from_base32(std::string_view text);

/// What the QR code for an authenticator says.
struct TotpAccount {
  Secret key;
  TotpParameters parameters;
  std::string issuer;   ///< The institution; empty where it does not say. Text of a stranger, as the next.
  std::string account;  ///< Whose it is there.
};

/// Reads `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…&algorithm=…&digits=…&period=…`, whole: what would change the
/// codes and cannot be read makes it none (a counter, an algorithm that is not in `TotpHash`, digits out of range, a
/// period above a day, a parameter of these given twice). Other parameters are ignored; the names of the scheme, the
/// type and the algorithm are read without regard to case. Nothing where it is none, or is longer than 4 KiB.
[[nodiscard]] std::optional<TotpAccount> totp_account_from_uri(std::string_view uri);

}  // namespace sallyport
