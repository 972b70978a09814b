#include "server/shard_crossing.hpp"

#include "http/query.hpp"
#include "support/process_descriptor.hpp"
#include "support/without_memory.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/asio/post.hpp>

#include <iterator>
#include <memory>
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

/// A request that is away, for the shard that it went to. It is answered once; where it is let go of instead, by that
/// shard or by what it asked, on any thread, its connection is let go of, too.
class Crossing::Errand : public std::enable_shared_from_this<Errand> {
public:
  Errand(std::weak_ptr<Crossing> home, Ticket ticket) noexcept : home_(std::move(home)), ticket_(ticket) {}
  Errand(Errand const&) = delete;
  Errand& operator=(Errand const&) = delete;
  ~Errand() {
    auto const home = is_answered_ ? nullptr : home_.lock();
    if (!home) return;
    try {
      asio::post(home->strand_, [home = home_, ticket = ticket_] {
        if (auto const self = home.lock()) self->drop(ticket);
      });
    } catch (...) {
      home->has_failed_ = true;
    }
  }

  // The errand is under way until its answer has come.
  void answer(HttpAnswer answer) {
    auto const home = home_.lock();
    if (!home) return;
    asio::post(home->strand_, [errand = shared_from_this(), answer = std::move(answer)]() mutable {
      errand->is_answered_ = true;
      if (auto const self = errand->home_.lock()) self->take_back(errand->ticket_, std::move(answer));
    });
  }

private:
  std::weak_ptr<Crossing> home_;
  Ticket ticket_;
  bool is_answered_ = false;
};

Crossing::Crossing(Strand strand, std::size_t shard, std::shared_ptr<ShardMap const> map,
                   std::shared_ptr<Routes const> routes) noexcept
    : strand_(std::move(strand)), shard_(shard), map_(std::move(map)), routes_(std::move(routes)) {}

void Crossing::answer(ServerRequest& request, Desk::Done done, Peer peer) {
  if (!routes_) return;
  auto const shard = map_->shard_of(request.target.reveal(), shard_);
  if (shard == shard_) return routes_->answer(request, std::move(done), peer);
  auto const there = map_->find(shard);
  if (!there) return;  // The server is being stopped.
  drop_what_failed();
  auto const ticket = ++last_ticket_;
  auto const errand = std::make_shared<Errand>(weak_from_this(), ticket);
  away_.emplace(ticket, Waiting{.done = std::move(done), .errand = errand});
  try {
    // In a child the parent has the request as well.
    asio::post(there->strand_,
               [there = std::weak_ptr(there), errand, request = std::move(request), peer, process = process_number()] {
                 auto const self = there.lock();
                 if (self && process == process_number()) self->receive(request, peer, errand);
               });
  } catch (...) {
    drop(ticket);
    throw;
  }
}

// The answer may come at once or later. Where this shard is stopped, or there is no memory for it, it comes not at all.
void Crossing::receive(ServerRequest const& request, Peer peer, std::shared_ptr<Errand> const& errand) const {
  if (!routes_) return;
  auto done = [errand](HttpAnswer answer) { errand->answer(std::move(answer)); };
  work_or_end([&] { routes_->answer(request, std::move(done), peer); }, [] {});
}

// Where the connection has closed meanwhile, it drops the answer.
void Crossing::take_back(Ticket ticket, HttpAnswer answer) {
  auto const waiting = away_.extract(ticket);
  if (!waiting.empty()) waiting.mapped().done(std::move(answer));
}

void Crossing::drop_what_failed() noexcept {
  if (!has_failed_.exchange(false)) return;
  for (auto one = away_.begin(); one != away_.end();) {
    auto const next = std::next(one);
    if (one->second.errand.expired()) drop(one->first);
    one = next;
  }
}

void Crossing::stop() noexcept {
  routes_.reset();
  leave_to_parent();
}

void Crossing::leave_to_parent() noexcept {
  auto const dropped = std::exchange(away_, {});
}

}  // namespace sallyport
