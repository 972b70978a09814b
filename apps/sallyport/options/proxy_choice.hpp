#pragma once

#include "options/options.hpp"

#include <sallyport/transport/config.hpp>

#include <optional>
#include <string_view>

namespace sallyport::app {

/// The proxy on the way to the server of `--url`: that of --proxy, else the one that HTTPS_PROXY or ALL_PROXY names, as
/// other programs read them, unless NO_PROXY exempts the host. What cannot be read is a UsageError that names where it
/// stands, and shows nothing of it: there may be a password in it.
[[nodiscard]] std::optional<HttpProxy> choose_proxy(ServerChoice const& choice);

/// Whether a list like that of NO_PROXY exempts a host: names with all that lies below them, addresses, networks
/// (10.0.0.0/8), each with or without a port, or "*".
[[nodiscard]] bool is_exempt(std::string_view list, std::string_view host, std::string_view port);

}  // namespace sallyport::app
