#include "remote_server.hpp"

#include "client_identity.hpp"
#include "failure.hpp"

#include <sallyport/transport/error.hpp>

#include <utility>

namespace sallyport::app {

Client connect(boost::asio::any_io_executor executor, ServerChoice const& choice, std::shared_ptr<Observer> observer,
               GovernorChoice governor) {
  auto identity = read_client_identity(choice.client_file);
  ClientConfig config;
  config.url = choice.url.value_or("");
  config.client_id = std::move(identity.id);
  config.client_secret = std::move(identity.secret);
  config.ca_file = choice.ca_file;
  config.observer = std::move(observer);
  config.governor = std::move(governor);
  auto client = Client::create(std::move(executor), std::move(config));
  if (client) return std::move(*client);
  auto const ec = client.error();
  if (ec == TransportErrc::bad_url) throw UsageError("--url", *choice.url + " is not https://host[:port]");
  if (ec == TransportErrc::bad_ca_file) throw UsageError("--ca", *choice.ca_file + ": " + ec.message());
  if (ec == TransportErrc::missing_client_id) throw Failure(ec.message(), exit_usage);
  throw Failure(ec.message());
}

}  // namespace sallyport::app
