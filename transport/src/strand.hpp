#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

namespace sallyport {

/// Where one client, or one server, does all its work.
using Strand = boost::asio::strand<boost::asio::any_io_executor>;

}  // namespace sallyport
