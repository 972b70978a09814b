#include "runtime/run.hpp"

#include "runtime/failure.hpp"
#include "runtime/signals.hpp"
#include "view/exit_code.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace sallyport::app {

int run(boost::asio::io_context& context, boost::asio::awaitable<int> work) {
  boost::asio::cancellation_signal stop;
  auto exit_code = exit_failure;
  std::exception_ptr problem;
  auto done = [&](std::exception_ptr why, int code) {
    problem = std::move(why);
    exit_code = code;
    context.stop();
  };
  boost::asio::co_spawn(context, std::move(work), boost::asio::bind_cancellation_slot(stop.slot(), std::move(done)));
  StopSignals const signals(context.get_executor(), [&stop] { stop.emit(boost::asio::cancellation_type::terminal); });
  context.run();
  if (!problem) return exit_code;
  try {
    std::rethrow_exception(problem);
  } catch (boost::system::system_error const& error) {
    if (error.code() == boost::asio::error::operation_aborted) return exit_code_of(OutcomeKind::cancelled);
    throw;
  }
}

void give_up(std::string const& where, boost::system::error_code ec, std::string_view words) {
  if (ec == boost::asio::error::operation_aborted) throw boost::system::system_error(ec);
  if (ec == TransportErrc::bad_user_id) throw UsageError("--user-id", ec.message());
  throw Failure(where + ": " + ec.message() + (words.empty() ? "" : ": " + std::string(words)));
}

}  // namespace sallyport::app
