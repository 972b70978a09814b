#pragma once

#include <sallyport/transport/config.hpp>

#include <optional>
#include <string>

namespace sallyport::app {

/// The client id and secret: from the file where one is given, else from SALLYPORT_CLIENT_ID and
/// SALLYPORT_CLIENT_SECRET. The command line never has them, because other users can read it.
[[nodiscard]] ApiClient read_client_identity(std::optional<std::string> const& client_file);

}  // namespace sallyport::app
