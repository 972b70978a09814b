// A program that knows Sallyport by its installed headers alone: a sandbox, its server, and a login at it.

#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/sandbox/throwaway_ca.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/server.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>

namespace {

/// `plain` asks for nothing beside the password, so a prompt is a failure.
class NobodyAtHome final : public sallyport::Responder {
  void respond(sallyport::Prompt const&, Handler handler) override {
    std::move(handler)(boost::system::error_code(), sallyport::Answer::cancel());
  }
};

sallyport::Credentials user() {
  sallyport::Credentials who;
  who.user_id = sallyport::Secret("user-42");
  who.request.type = sallyport::BrokerType::robinhood;
  who.request.username = sallyport::Secret("Mesh+plain");
  who.request.password = sallyport::Secret("Pass123");
  return who;
}

}  // namespace

/// usage: login FILE, to which the certificate of the server is written.
int main(int count, char** arguments) {
  if (count != 2) return EXIT_FAILURE;
  boost::asio::io_context context;

  auto authority = sallyport::make_throwaway_ca().value();
  std::ofstream(arguments[1]) << authority.certificate;
  sallyport::Sandbox sandbox(context.get_executor(), sallyport::Catalogue::embedded());
  sallyport::ServerConfig serves;
  serves.identity = std::move(authority.identity);
  serves.clients.push_back({.id = "me", .secret = sallyport::Secret("a-client-secret")});
  auto server = sallyport::Server::create(context.get_executor(), std::move(serves), sandbox).value();
  server.start();

  sallyport::ClientConfig config;
  config.url = "https://127.0.0.1:" + std::to_string(server.port());
  config.client_id = "me";
  config.client_secret = sallyport::Secret("a-client-secret");
  config.ca_file = arguments[1];
  auto client = sallyport::Client::create(context.get_executor(), std::move(config)).value();

  auto succeeded = false;
  NobodyAtHome responder;
  client.async_login(user(), responder, [&](boost::system::error_code ec, sallyport::Outcome const& outcome) {
    std::cout << (ec ? ec.message() : std::string(name_of(outcome.kind))) << '\n';
    succeeded = !ec && outcome.kind == sallyport::OutcomeKind::succeeded && !outcome.accounts.empty();
    context.stop();
  });
  context.run();
  return succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}
