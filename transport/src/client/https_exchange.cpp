#include "client/https_exchange.hpp"

#include "client/connection_opening.hpp"
#include "http/http_message.hpp"
#include "http/http_reader.hpp"
#include "net/tls.hpp"
#include "support/call_later.hpp"
#include "support/deliver.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Which part of a reply is over which bound.
std::string words_on_size(ClientConfig const& config, ReplyReader const& parser) {
  auto const is_header = !parser.is_header_done();
  auto const bound = is_header ? config.header_bytes_max : config.bounds.text_bytes_max;
  return std::string("the reply's ") +
         (is_header ? "header is over header_bytes_max (" : "body is over text_bytes_max (") + std::to_string(bound) +
         " bytes)";
}

}  // namespace

// One request. It walks through its phases, each under one timer: wait for a connection, resolve, connect, handshake,
// exchange. Whatever stops it early closes what is open, so that the pending operation completes and `finish` runs
// once.
class HttpsExchange::Op final : public std::enable_shared_from_this<Op>, public UnderWay {
public:
  Op(std::shared_ptr<HttpsExchange> owner, HttpRequest request, Handler handler)
      : owner_(std::move(owner)),
        request_(std::move(request)),
        handler_(std::move(handler)),
        deadline_(owner_->reactor_->deadlines()) {}

  void start(asio::cancellation_slot stop) {
    on_terminal_cancellation(stop, strand(), weak_from_this(), &Op::cancel);
    run_on(strand(), [self = shared_from_this()] { self->begin(); });
  }

  void leave_to_parent() override {
    auto const self = shared_from_this();
    stop(TransportErrc::forked);
  }
  [[nodiscard]] bool is_resolving() const noexcept override {
    auto const opening = opening_.lock();
    return opening && opening->is_resolving();
  }

private:
  using Config = ClientConfig;
  Config const& config() const noexcept { return *owner_->config_; }
  ConnectionPool& pool() noexcept { return owner_->pool_; }
  Strand const& strand() const noexcept { return owner_->reactor_->strand(); }

  /// Bounds the phase that begins; what the phase waits for keeps this.
  template <class Period>
  void bound(Period period, TransportErrc code) {
    deadline_.set(period, [this, code] { shared_from_this()->stop(code); });
  }

  /// Ends the operation early: what is pending completes at once, and `failed` sees why.
  void stop(error_code why) {
    if (finished_ || why_) return;
    why_ = why;
    if (auto const opening = opening_.lock()) return opening->stop(why);
    if (connection_) connection_->stream.close();
    if (waiter_) {
      pool().leave(*waiter_);
      waiter_.reset();
      finish(why);
    } else if (backing_off_) {
      finish(why);
    }
  }

  void cancel() { stop(asio::error::operation_aborted); }

  // What a child begins waits until the child has left the parent's connections behind. That is done on this strand,
  // where the context was told of the fork, and there it stands in front of this.
  void begin() {
    auto& reactor = *owner_->reactor_;
    if (is_of_parent()) return finish(TransportErrc::forked);
    if (reactor.is_of_parent()) {
      if (!reactor.may_go_on()) return finish(TransportErrc::context_not_told);
      if (owner_->process_ != process_) return asio::post(strand(), [self = shared_from_this()] { self->begin(); });
      if (auto const ec = reactor.go_on_in_child()) return finish(ec);
    }
    reactor.hold();
    holds_ = true;
    owner_->under_way_.push_back(*this);
    acquire();
    starting_ = false;
  }

  /// Whether the parent of this process began it, and goes on with it. Then nothing of it is done here: a post that
  /// both send is two posts. Each step that leads to a byte asks.
  bool is_of_parent() const { return process_ != process_number(); }

  void acquire() {
    if (is_of_parent()) why_ = TransportErrc::forked;
    if (why_) {
      pool().wake_one();
      return finish(*why_);
    }
    if (pool().has_waiters() && !is_next_) return stand_in_line();
    connection_ = pool().take_idle(request_.repeatable);
    auto const is_open = connection_ != nullptr;
    if (!is_open) connection_ = pool().make();
    if (!connection_) return stand_in_line();
    is_next_ = false;
    is_open ? send() : open();
  }

  // Who was called up and found nothing stands first again, under the bound that it began with.
  void stand_in_line() {
    // Nothing else keeps who stands there.
    if (!is_next_) {
      deadline_.set(config().connect_timeout,
                    [self = shared_from_this()] { self->stop(TransportErrc::pool_exhausted); });
    }
    auto const ready = [weak = weak_from_this()] {
      auto const self = weak.lock();
      if (!self) return;
      self->waiter_.reset();
      self->is_next_ = true;
      asio::post(self->strand(), [self] { self->acquire(); });
    };
    waiter_ = pool().wait(ready, is_next_);
  }

  void open() {
    auto const opening = std::make_shared<ConnectionOpening>(*owner_->reactor_, *connection_, config(), owner_->route_);
    opening_ = opening;
    opening->start([self = shared_from_this(), opening = opening.get()](error_code ec) {
      self->opening_.reset();
      self->words_ = opening->words();
      self->opened(ec);
    });
  }

  // An error of ours says that the same would come of it again, or that there is no time left.
  void opened(error_code ec) {
    if (why_ || (ec && ec.category() == transport_category())) return finish(ec);
    ec ? try_again(ec) : send();
  }

  // From here on bytes leave this machine: nothing is tried again.
  void send() {
    if (is_of_parent()) return finish(TransportErrc::forked);
    sent_ = true;
    words_.clear();  // Those of an attempt before.
    bound(config().limits.request_life_span, TransportErrc::request_timeout);
    head_and_body_ = owner_->spare_texts().take();
    write_request(request_, owner_->common_, head_and_body_);
    auto const bytes = head_and_body_.reveal();
    connection_->stream.write(bytes, [self = shared_from_this()](error_code ec) mutable {
      self->give_back_room();
      if (self->failed(ec)) return self->lost(ec);
      auto& op = *self;
      op.receive(std::move(self));
    });
  }

  void give_back_room() noexcept {
    for (auto* const text : {&request_.target, &request_.body, &head_and_body_}) {
      owner_->spare_texts().keep(std::move(*text));
    }
  }

  void receive(std::shared_ptr<Op> self) {
    parser_.emplace(config().header_bytes_max, config().bounds.text_bytes_max, &owner_->spare_texts());
    read_message(connection_->stream, *owner_->reactor_, connection_->buffer, *parser_,
                 [self = std::move(self)](error_code ec) { self->received(ec); });
  }

  void received(error_code ec) {
    if (is_too_large(ec)) return refuse(TransportErrc::reply_too_large, words_on_size(config(), *parser_));
    if (is_not_http(ec)) return refuse(TransportErrc::reply_malformed, "the reply is no HTTP/1.1: " + ec.message());
    if (failed(ec)) return lost(ec);
    // Interim replies (100 to 199) announce the real one; but nobody asked for another protocol (101).
    auto const status = parser_->reply().status;
    if (status == 101) {
      return refuse(TransportErrc::reply_malformed,
                    "the reply has the status 101, but no other protocol was asked for");
    }
    if (status >= 200) return finish({});
    if (++interim_ <= interim_max) return receive(shared_from_this());
    refuse(TransportErrc::reply_malformed, "more than 4 interim replies, and no other one");
  }

  void refuse(TransportErrc code, std::string words) {
    words_ = std::move(words);
    finish(code);
  }

  // TLS 1.3 lets a client speak before the server has looked at its certificate. What is no question left this machine
  // all the same, so that its fate is the peer's claim.
  void lost(error_code ec) {
    auto* const tls = connection_->stream.native_handle();
    auto const was_rejected = !why_ && is_certificate_error(tls, ec);
    if (was_rejected) words_ = words_on_rejection(tls, ec);
    finish(was_rejected && request_.repeatable ? TransportErrc::certificate_rejected : TransportErrc::reply_lost);
  }

  /// Whether the phase failed; a stop outranks what the closed socket reports.
  bool failed(error_code ec) const noexcept { return ec || why_; }

  // Not one byte of the request has left, so a fresh connection may be tried (law 1).
  void try_again(error_code ec) {
    if (why_ || ++attempts_ >= config().connect_attempts_max) return finish(ec);
    pool().drop(std::move(connection_));
    backing_off_ = true;
    deadline_.set(first_back_off * (1U << std::min(attempts_, 6U)), [self = shared_from_this()] {
      self->backing_off_ = false;
      self->acquire();
    });
  }

  void finish(error_code ec) {
    if (std::exchange(finished_, true)) return;
    deadline_.clear();
    if (why_) ec = *why_;
    Exchanged done{.ec = ec, .sent = sent_, .reply = {}};
    if (ec) done.words = std::move(words_);
    // The parser knows whether the reply ended with the connection; its message does not.
    auto const keeps_alive = !ec && parser_->keep_alive();
    if (ec == TransportErrc::reply_lost) note_loss();
    if (!ec) done.reply = std::move(parser_->reply());
    if (connection_) {
      auto const reusable = keeps_alive && connection_->buffer.size() == 0 && !connection_->stream.is_worn();
      reusable ? pool().put(std::move(connection_), done.reply.keep_alive) : pool().drop(std::move(connection_));
    }
    parser_.reset();
    if (is_linked()) unlink();
    if (std::exchange(holds_, false)) owner_->reactor_->release();
    auto handler = std::move(handler_);
    if (!starting_) return handler(std::move(done));
    asio::post(strand(),
               [handler = std::move(handler), done = std::move(done)]() mutable { handler(std::move(done)); });
  }

  // A server that ended the connection without a word may have done so because it had rested for too long.
  void note_loss() noexcept {
    auto const had_rested = connection_ && connection_->rested != std::chrono::steady_clock::duration::zero();
    if (had_rested && !(parser_ && parser_->got_some())) pool().closed_after(connection_->rested);
  }

  static constexpr auto first_back_off = std::chrono::milliseconds(50);
  static constexpr unsigned interim_max = 4;

  std::shared_ptr<HttpsExchange> owner_;
  std::uint64_t process_ = process_number();
  HttpRequest request_;
  Handler handler_;
  Deadline deadline_;
  std::weak_ptr<ConnectionOpening> opening_;  ///< What it waits for keeps it, and it keeps this.
  std::unique_ptr<Connection> connection_;
  std::optional<ConnectionPool::Waiter> waiter_;
  std::optional<ReplyReader> parser_;
  Secret head_and_body_;
  std::optional<error_code> why_;
  std::string words_;  ///< What there is to say of a failure beside its error.
  unsigned attempts_ = 0;
  unsigned interim_ = 0;
  bool is_next_ = false;
  bool holds_ = false;
  bool starting_ = true;
  bool backing_off_ = false;
  bool sent_ = false;
  bool finished_ = false;
};

HttpsExchange::HttpsExchange(Strand strand, TlsContext tls, Endpoint endpoint, ClientConfig const& config)
    : reactor_(std::make_shared<Reactor>(std::move(strand))),
      route_{.api = std::move(endpoint), .proxy = {}},
      config_(&config),
      common_(common_parts(route_.api, config)),
      pool_(*reactor_, std::move(tls), config) {
  if (config.proxy) route_.proxy = route_over(*config.proxy, route_.api);
}

// Without descriptors the reactor calls nobody. So what was begun before the fork and waits for a socket could not end,
// unless somebody happened to ask for something else.
void HttpsExchange::go_on_in_child() {
  if (process_ != process_number()) leave_to_parent();
  if (!reactor_->go_on_in_child() || !reactor_->is_held()) return;
  call_later(reactor_->strand(), pause_without_descriptors, weak_from_this(), &HttpsExchange::go_on_in_child);
}

// Whoever ends may take others along, and his handler may begin something: that must find nothing of the parent.
void HttpsExchange::leave_to_parent() {
  process_ = process_number();
  pool_.start_anew();
  decltype(under_way_) of_parent;
  of_parent.swap(under_way_);
  while (!of_parent.empty()) {
    auto& one = of_parent.front();
    of_parent.pop_front();
    one.leave_to_parent();
  }
}

// Asio ends its thread that looks names up before a fork, and begins it anew with the next look-up alone. So what waits
// for a name would wait for somebody else to ask for one.
void HttpsExchange::go_on_in_parent() {
  if (std::ranges::none_of(under_way_, &UnderWay::is_resolving)) return;
  using Resolver = asio::ip::basic_resolver<tcp, Strand>;
  auto const resolver = std::make_shared<Resolver>(reactor_->strand());
  try {
    resolver->async_resolve("127.0.0.1", "0", Resolver::numeric_host | Resolver::numeric_service,
                            [resolver](error_code, Resolver::results_type const&) {});
  } catch (boost::system::system_error const&) {  // No thread is to be had: the look-ups are bounded.
  }
}

void HttpsExchange::exchange(HttpRequest request, Handler handler, asio::cancellation_slot stop) {
  auto const op = std::allocate_shared<Op>(asio::recycling_allocator<Op>(), shared_from_this(), std::move(request),
                                           std::move(handler));
  op->start(stop);
}

}  // namespace sallyport
