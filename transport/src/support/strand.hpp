#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

#include <utility>

namespace sallyport {

/// Where one client, or one server, does all its work.
using Strand = boost::asio::strand<boost::asio::any_io_executor>;

/// Runs it now where the caller is on the strand, and on the strand otherwise. `dispatch` does the same, but erases and
/// moves even what it runs at once.
template <class Function>
void run_on(Strand const& strand, Function&& function) {
  if (strand.running_in_this_thread()) return std::forward<Function>(function)();
  boost::asio::dispatch(strand, std::forward<Function>(function));
}

}  // namespace sallyport
