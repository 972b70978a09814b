#include "runtime/embedded_sandbox.hpp"

#include "files/file.hpp"
#include "runtime/failure.hpp"

#include <array>
#include <random>
#include <utility>

namespace sallyport::app {
namespace {

/// 128 bits of the system's randomness as hexadecimal digits.
Secret make_secret() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device source;
  Secret secret;
  for (auto word = 0; word < 4; ++word) {
    auto bits = source();
    for (auto digit = 0; digit < 8; ++digit, bits >>= 4U) secret.push_back(digits[bits & 0xFU]);
  }
  return secret;
}

template <class T>
T need(boost::system::result<T> made, std::string const& what) {
  if (!made) throw Failure(what + ": " + made.error().message());
  return std::move(*made);
}

}  // namespace

EmbeddedSandbox::EmbeddedSandbox(boost::asio::any_io_executor executor, Limits const& limits, double pace)
    : executor_(std::move(executor)), limits_(limits) {
  client_.id = "sallyport";
  client_.secret = make_secret();
  auto authority = need(make_throwaway_ca(), "the sandbox's certificate");
  ca_certificate_ = std::move(authority.certificate);
  SandboxConfig config;
  config.pace = pace;
  sandbox_ = std::make_unique<Sandbox>(executor_, Catalogue::embedded(), std::move(config));
  accounts_ = std::make_unique<SandboxAccounts>(*sandbox_->catalogue());
  ServerConfig server;
  server.identity = std::move(authority.identity);
  server.limits = limits_;
  server.clients.push_back({.id = client_.id, .secret = client_.secret.clone()});
  auto made = Server::create(executor_, std::move(server), *sandbox_, accounts_.get());
  server_ = std::make_unique<Server>(need(std::move(made), "the sandbox"));
  server_->start();
}

Client EmbeddedSandbox::connect(std::shared_ptr<Observer> observer) {
  TemporaryFile const authority(ca_certificate_);
  ClientConfig config;
  config.url = url();
  config.client_id = client_.id;
  config.client_secret = client_.secret.clone();
  config.ca_file = authority.path();
  config.limits = limits_;
  config.governor = no_governor;  // Its users are made up, and nobody locks them out.
  config.observer = std::move(observer);
  return need(Client::create(executor_, std::move(config)), "the client");
}

std::string EmbeddedSandbox::url() const {
  return "https://127.0.0.1:" + std::to_string(server_->port());
}

std::string_view channel_name(DeliveryChannel channel) noexcept {
  switch (channel) {
    case DeliveryChannel::sms: return "SMS";
    case DeliveryChannel::email: return "e-mail";
    case DeliveryChannel::authenticator: return "authenticator app";
    case DeliveryChannel::push: return "push message";
    case DeliveryChannel::letter: return "letter";
  }
  return "message";
}

}  // namespace sallyport::app
