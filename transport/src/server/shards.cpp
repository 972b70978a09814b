#include "server/shards.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Whether each shard's share of what is divided among them is one that works.
bool can_be_shared(ServerConfig const& config, std::size_t shards) {
  return shards > 0 && config.sessions_max >= shards && config.body_bytes_max / shards >= config.bounds.text_bytes_max;
}

}  // namespace

boost::system::result<std::shared_ptr<Shards>> Shards::create(std::vector<asio::any_io_executor> const& executors,
                                                              ServerConfig config, TlsContext tls, Verifier& verifier,
                                                              AccountService* accounts) {
  if (!can_be_shared(config, executors.size())) return TransportErrc::bad_config;
  auto const hash = SipHash::with_fresh_key();
  if (!hash) return hash.error();
  auto const commons = std::make_shared<ServerCommons>(std::move(config), std::move(tls), executors.size(), *hash);
  std::shared_ptr<Shards> shards(new Shards);
  shards->commons_ = commons;
  for (auto const& executor : executors) {
    auto state = std::make_shared<ServerState>(commons, shards->cores_.size());
    shards->cores_.push_back(
        std::make_shared<ServerCore>(asio::make_strand(executor), std::move(state), verifier, accounts));
  }
  if (executors.size() > 1) {
    auto const shared_map = std::make_shared<ShardMap>(*hash);
    for (auto const& core : shards->cores_) core->cross(shared_map);
  }
  shards->ending_ = std::make_shared<ServerEnding>(shards->cores_.front()->strand(), shards->cores_);
  if (auto const ec = shards->listen()) return ec;
  return shards;
}

error_code Shards::listen() {
  for (auto const& core : cores_) {
    if (auto const ec = core == cores_.front() ? core->listen() : core->listen_beside(port())) return ec;
  }
  return {};
}

void Shards::start() {
  for (auto const& core : cores_) asio::post(core->strand(), [core] { core->start(); });
}

// None waits for another one to stop. A drain hears of it first: a shard whose last connection is cut off by another
// one is no quiet end.
void Shards::stop() {
  ending_->stop();
  for (auto const& core : cores_) asio::post(core->strand(), [core] { core->end(); });
}

ServerCounters Shards::counters() const noexcept {
  ServerCounters all;
  for (auto const& core : cores_) {
    auto const one = core->counters();
    all.connections += one.connections;
    all.requests += one.requests;
    all.credential_posts += one.credential_posts;
    all.polls += one.polls;
    all.sessions_open += one.sessions_open;
    all.logins_kept += one.logins_kept;
    all.connections_open += one.connections_open;
  }
  return all;
}

}  // namespace sallyport
