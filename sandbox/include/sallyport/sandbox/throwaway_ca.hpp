#pragma once

#include <sallyport/transport/config.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <string>

namespace sallyport {

/// A certification authority that signed one certificate and is gone: its private key is dropped before anybody can
/// see it, so that trusting it trusts this one server.
struct ThrowawayCa {
  std::string certificate;  ///< PEM, for `ClientConfig::ca_file` and `curl --cacert`.
  TlsIdentity identity;     ///< For localhost, 127.0.0.1 and ::1.
};

/// Makes one in memory (EC P-256), valid from an hour before `now`.
[[nodiscard]] boost::system::result<ThrowawayCa> make_throwaway_ca(
    std::chrono::days valid_for = std::chrono::days(7),
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace sallyport
