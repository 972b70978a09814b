#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace sallyport::app {

/// Runs the work to its end and gives back its exit code. SIGINT, SIGTERM and SIGHUP cancel it; work that lets the
/// cancellation through ends as `cancelled`.
[[nodiscard]] int run(boost::asio::io_context& context, boost::asio::awaitable<int> work);

}  // namespace sallyport::app
