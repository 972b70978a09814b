#include "shard_crossing.hpp"

#include "process_descriptor.hpp"
#include "query.hpp"
#include "without_memory.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/asio/post.hpp>

#include <utility>

namespace sallyport {

namespace asio = boost::asio;

std::size_t ShardMap::shard_of(std::string_view target, std::size_t here) const {
  auto const mark = target.find('?');
  auto const path = target.substr(0, mark);
  if (path == api::token_refresh_path || path == api::account_path) return 0;
  // A login, or a link of OAuth: the path has the integration behind a slash.
  auto const names_user = path.starts_with(api::authenticate_path) &&
                          (path.size() == api::authenticate_path.size() || path[api::authenticate_path.size()] == '/');
  if (!names_user || mark == std::string_view::npos) return here;
  // As the routes read it: another spelling of a user is the same user.
  auto const user_id = query_parameter(target.substr(mark + 1), api::user_id_parameter);
  return user_id ? hash_(*user_id) % crossings_.size() : here;
}

Crossing::Crossing(Strand strand, std::size_t shard, std::shared_ptr<ShardMap const> map,
                   std::shared_ptr<Routes const> routes) noexcept
    : strand_(std::move(strand)), shard_(shard), map_(std::move(map)), routes_(std::move(routes)) {}

void Crossing::answer(ServerRequest& request, Desk::Done done, Peer peer) {
  if (!routes_) return;
  auto const shard = map_->shard_of(request.target.reveal(), shard_);
  if (shard == shard_) return routes_->answer(request, std::move(done), peer);
  auto const there = map_->find(shard);
  if (!there) return;  // The server is being stopped.
  auto const ticket = ++last_ticket_;
  away_.emplace(ticket, std::move(done));
  try {
    // In a child the parent has the request as well.
    asio::post(there->strand_, [there = std::weak_ptr(there), from = weak_from_this(), ticket,
                                request = std::move(request), peer, process = process_number()] {
      auto const self = there.lock();
      if (self && process == process_number()) self->receive(request, peer, from, ticket);
    });
  } catch (...) {
    drop(ticket);
    throw;
  }
}

// The answer may come at once or later, and where this shard is stopped not at all; then its server is stopped, too.
// Where there is no memory for it, the connection closes.
void Crossing::receive(ServerRequest const& request, Peer peer, std::weak_ptr<Crossing> const& from,
                       Ticket ticket) const {
  if (!routes_) return;
  auto done = [from, ticket](HttpAnswer answer) {
    auto const back = from.lock();
    if (!back) return;
    asio::post(back->strand_, [from, ticket, answer = std::move(answer)]() mutable {
      if (auto const self = from.lock()) self->take_back(ticket, std::move(answer));
    });
  };
  work_or_end([&] { routes_->answer(request, std::move(done), peer); },
              [&from, ticket] {
                auto const back = from.lock();
                if (!back) return;
                asio::post(back->strand_, [from, ticket] {
                  if (auto const self = from.lock()) self->drop(ticket);
                });
              });
}

// Where the connection has closed meanwhile, it drops the answer.
void Crossing::take_back(Ticket ticket, HttpAnswer answer) {
  auto const waiting = away_.extract(ticket);
  if (!waiting.empty()) waiting.mapped()(std::move(answer));
}

void Crossing::stop() noexcept {
  routes_.reset();
  leave_to_parent();
}

void Crossing::leave_to_parent() noexcept {
  auto const dropped = std::exchange(away_, {});
}

}  // namespace sallyport
