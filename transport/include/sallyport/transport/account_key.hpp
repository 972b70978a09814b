#pragma once

#include <sallyport/engine/ledger.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/secret.hpp>

#include <string>

namespace sallyport {

/// The key of an account in a ledger: HMAC-SHA-256 with the host's key over the integration and the account's name.
/// The name is normalised first, without blanks around it and with A to Z in lower case, since institutions take
/// "Mesh " and "mesh" for one user. The same host key must be used for as long as a ledger is.
[[nodiscard]] AccountKey account_key(Open<BrokerType> const& broker, Secret const& account, Secret const& host_key);

/// What a ledger keeps to tell this host key from another one (`SqliteLedgerConfig::key_check`), in hexadecimal digits.
/// It gives nothing of the key away and is no account's.
[[nodiscard]] std::string host_key_check(Secret const& host_key);

}  // namespace sallyport
