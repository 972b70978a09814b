#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

namespace sallyport::app {

/// Runs the work to its end and gives back its exit code. SIGINT, SIGTERM and SIGHUP cancel it; work that lets the
/// cancellation through ends as `cancelled`.
[[nodiscard]] int run(boost::asio::io_context& context, boost::asio::awaitable<int> work);

/// Ends the work: as a Failure that says where, with what else there is to say, or as cancelled where that is what the
/// error means.
[[noreturn]] void give_up(std::string const& where, boost::system::error_code ec, std::string_view words = {});

}  // namespace sallyport::app
