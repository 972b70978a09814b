#include "server_host.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace sallyport::simulation {

namespace {

constexpr std::string_view client_id = "simulation";
constexpr std::string_view client_secret = "canary of the client";

/// Now and then a server that is too small for all who come.
ServerConfig make_config(bool small) {
  ServerConfig config;
  config.clients.push_back({.id = std::string(client_id), .secret = Secret(client_secret)});
  config.sessions_max = small ? 48 : 4096;
  return config;
}

/// The request as a server's reader would have read it.
ServerRequest read(HttpRequest const& request) {
  auto const method = request.method;
  return {.method = method == HttpRequest::Method::get    ? "GET"
                    : method == HttpRequest::Method::post ? "POST"
                                                          : "DELETE",
          .target = request.target.clone(),
          .client_id = std::string(client_id),
          .client_secret = Secret(client_secret),
          .content_type = request.body.empty() ? "" : "application/json",
          .forwarded_for = {},
          .body = request.body.clone()};
}

}  // namespace

ServerHost::ServerHost(Catalogue const& catalogue, Agenda& agenda, Agenda::Owner owner, Dice& dice, Trace& trace,
                       Laws& laws)
    : process_(agenda, owner, dice, trace), institution_(catalogue, process_, dice, trace, laws), dice_(&dice) {}

ServerHost::~ServerHost() {
  if (process_.is_up()) crash();
}

void ServerHost::start() {
  process_.start();
  state_ = std::make_shared<ServerState>(make_config(dice_->once_in(5)), nullptr);
  logins_ = std::make_shared<LoginService>(process_.strand(), state_, institution_, process_);
  routes_ = std::make_shared<Routes const>(state_, institution_, logins_, nullptr);
}

void ServerHost::crash() {
  process_.begin_crash();
  institution_.crash();
  routes_.reset();
  logins_.reset();
  state_.reset();
  process_.finish_crash();
}

void ServerHost::stop() {
  logins_->stop();
  process_.drain();
  crash();
}

void ServerHost::answer(HttpRequest const& request, std::function<void(HttpAnswer)> done) {
  routes_->answer(read(request), std::move(done));
}

std::uint64_t ServerHost::sessions_open() const {
  return state_ ? state_->counters.read().sessions_open : 0;
}

std::size_t ServerHost::logins_kept() const {
  return logins_ ? logins_->logins_kept() : 0;
}

}  // namespace sallyport::simulation
