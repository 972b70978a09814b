#pragma once

#include "options/options.hpp"

#include <sallyport/transport/client.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace sallyport::app {

/// A client of the server that `--url` names. What is wrong with the options is a UsageError.
[[nodiscard]] Client connect(boost::asio::any_io_executor executor, ServerChoice const& choice,
                             std::shared_ptr<Observer> observer = {}, GovernorChoice governor = {});

}  // namespace sallyport::app
