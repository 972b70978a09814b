// With a C++20 coroutine: a login reads like a function call, and holds no thread while a human thinks.

#include "example.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace {

boost::asio::awaitable<int> async_log_in(sallyport::Client client, sallyport::Credentials who) {
  example::AskAtTerminal responder;

  // as_tuple gives the error as a value. Without it an error would be thrown.
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);

  // Name every argument before a co_await: GCC 12 frees braced temporaries inside one wrongly.
  auto [ec, outcome] = co_await client.async_login(std::move(who), responder, token);
  co_return example::show(ec, outcome);
}

}  // namespace

int main(int count, char** arguments) {
  boost::asio::io_context context;
  auto client = sallyport::Client::create(context.get_executor(), example::config(count, arguments));
  if (!client) return example::show(client.error(), {});

  auto exit_code = EXIT_FAILURE;
  auto login = async_log_in(std::move(*client), example::credentials(count, arguments));
  boost::asio::co_spawn(context, std::move(login), [&exit_code](std::exception_ptr problem, int code) {
    if (!problem) exit_code = code;
  });
  context.run();
  return exit_code;
}
