#include <sallyport/transport/server.hpp>

#include "http/http_message.hpp"
#include "net/tls.hpp"
#include "server/shards.hpp"

#include <boost/system/system_error.hpp>

#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::result;

Server::Server(std::shared_ptr<Shards> shards) noexcept : shards_(std::move(shards)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&& other) noexcept {
  std::swap(shards_, other.shards_);  // The other's destructor stops what was ours.
  return *this;
}
Server::~Server() {
  if (shards_) shards_->stop();
}

result<Server> Server::create(asio::any_io_executor executor, ServerConfig config, Verifier& verifier,
                              AccountService* accounts) {
  return create(std::vector{std::move(executor)}, std::move(config), verifier, accounts);
}

result<Server> Server::create(std::vector<asio::any_io_executor> const& shards, ServerConfig config, Verifier& verifier,
                              AccountService* accounts) {
  if (!problem_of(config).empty()) return TransportErrc::bad_config;
  for (auto const& client : config.clients) {
    if (!fits_a_header(client.id) || !fits_a_header(client.secret.reveal())) return TransportErrc::missing_client_id;
  }
  auto tls = make_server_tls(config.identity);
  if (!tls) return tls.error();
  config.identity.private_key = Secret();  // OpenSSL has it; its text is of no more use.
  try {
    auto made = Shards::create(shards, std::move(config), std::move(*tls), verifier, accounts);
    if (!made) return made.error();
    return Server(std::move(*made));
  } catch (boost::system::system_error const& error) {  // Out of descriptors.
    return error.code();
  }
}

void Server::start() {
  shards_->start();
}
void Server::stop() {
  shards_->stop();
}
void Server::drain(std::shared_ptr<Shards> const& shards, std::chrono::milliseconds bound, DrainHandler handler) {
  shards->drain(bound, std::move(handler));
}
boost::system::error_code Server::use_identity(TlsIdentity const& identity) {
  auto tls = make_server_tls(identity);
  if (!tls) return tls.error();
  shards_->use_tls(std::move(*tls));
  return {};
}
std::uint16_t Server::port() const noexcept {
  return shards_->port();
}
ServerCounters Server::counters() const {
  return shards_->counters();
}

}  // namespace sallyport
