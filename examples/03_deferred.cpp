// Deferred: a login as a value. It is described here, extended there, and started somewhere else; until it is started
// nothing is sent. Deferred is the default token, so it need not be written.

#include "example.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

int main(int count, char** arguments) {
  boost::asio::io_context context;
  auto client = sallyport::Client::create(context.get_executor(), example::config(count, arguments));
  if (!client) return example::show(client.error(), {});
  example::AskAtTerminal responder;

  // No token: this only describes the login.
  auto login = client->async_login(example::credentials(count, arguments), responder);

  // What shall happen with its outcome becomes part of the description.
  auto described = std::move(login)(boost::asio::deferred([](boost::system::error_code ec, sallyport::Outcome outcome) {
    auto const exit_code = example::show(ec, outcome);
    return boost::asio::deferred.values(exit_code, std::string(outcome.diagnostics.status));
  }));

  // Started here, with one more token: a callback that takes what the description ends with.
  auto exit_code = EXIT_FAILURE;
  std::move(described)([&exit_code](int code, std::string const& last_status) {
    std::cout << "the last status was " << sallyport::printable(last_status) << '\n';
    exit_code = code;
  });

  context.run();
  return exit_code;
}
