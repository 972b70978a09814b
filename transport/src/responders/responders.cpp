#include <sallyport/transport/responders.hpp>

#include <sallyport/transport/error.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

void decline(Responder::Handler handler) {
  std::move(handler)(error_code(TransportErrc::declined), Answer());
}

}  // namespace

bool may_say_what_is_fixed(Prompt const& prompt) noexcept {
  constexpr unsigned fixed_answers_max = 5;
  return !prompt.answer_was_wrong && !prompt.answered_before && !prompt.refused &&
         prompt.answers_given < fixed_answers_max;
}

// --- TotpResponder ---------------------------------------------------------------------------------------------------

class TotpResponder::Core : public std::enable_shared_from_this<Core> {
public:
  Core(asio::any_io_executor executor, Secret key, TotpParameters parameters, Clock clock)
      : executor_(std::move(executor)), key_(std::move(key)), parameters_(parameters), clock_(std::move(clock)) {}

  void respond(Prompt const& prompt, Handler handler) {
    auto const field = prompt.fields.front().field;
    auto const ours = clock_();
    auto const correction = correction_by(prompt.peer_clock, ours);
    auto const pause = until_next_window(ours + correction);
    auto const is_hurried = std::chrono::steady_clock::now() + pause >= prompt.answer_by;
    if (pause > least_left() || is_hurried) {
      if (auto code = take_code(ours + correction))
        return answer(field, std::move(*code), correction, std::move(handler));
    }
    if (is_hurried) return decline(std::move(handler));
    auto const timer = std::make_shared<asio::steady_timer>(executor_, pause);
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([weak = std::weak_ptr(timer), executor = executor_](asio::cancellation_type) {
        asio::post(executor, [weak] {
          if (auto const waiting = weak.lock()) waiting->cancel();
        });
      });
    }
    timer->async_wait(
        [self = shared_from_this(), timer, field, correction, handler = std::move(handler)](error_code ec) mutable {
          if (ec) return std::move(handler)(error_code(asio::error::operation_aborted), Answer());
          // Another login may have been quicker; one wait is enough.
          auto code = self->take_code(self->clock_() + correction);
          code ? answer(field, std::move(*code), correction, std::move(handler)) : decline(std::move(handler));
        });
  }

private:
  using seconds = std::chrono::seconds;
  using Moment = std::chrono::system_clock::time_point;

  static void answer(Field field, Secret code, seconds correction, Handler handler) {
    if (code.empty()) return decline(std::move(handler));
    std::move(handler)(error_code(), Answer::field(field, std::move(code)).by_peer_clock(correction));
  }

  /// By how much the clock is wrong, where that is worth it: a header tells whole seconds, and a reply takes its time.
  /// A clock that is years off is somebody's mistake there.
  [[nodiscard]] seconds correction_by(std::optional<PeerClock> const& peer, Moment ours) const {
    constexpr seconds noise(2);
    constexpr std::chrono::years believed_max(1);
    if (!peer) return seconds(0);
    auto const since = std::chrono::floor<seconds>(std::chrono::steady_clock::now() - peer->read_at);
    auto const ahead = peer->time + since - std::chrono::floor<seconds>(ours);
    auto const off = ahead < seconds(0) ? -ahead : ahead;
    return off > std::max(parameters_.period / 2, noise) && off < believed_max ? ahead : seconds(0);
  }

  /// The code of this window, which is used up with that; nothing where it was used before.
  [[nodiscard]] std::optional<Secret> take_code(Moment now) {
    std::lock_guard const lock(mutex_);
    auto const window = totp_window(now, parameters_);
    if (std::ranges::find(used_, window) != used_.end()) return std::nullopt;
    used_[used_count_++ % used_.size()] = window;
    return totp_code(key_, window, parameters_);
  }

  /// With less than this to the end of a window its code would be over when it arrives.
  [[nodiscard]] std::chrono::milliseconds least_left() const {
    return std::min<std::chrono::milliseconds>(seconds(1), std::chrono::milliseconds(parameters_.period) / 10);
  }

  [[nodiscard]] std::chrono::steady_clock::duration until_next_window(Moment now) const {
    auto const next = seconds(static_cast<std::int64_t>(totp_window(now, parameters_)) + 1);
    auto const starts = std::chrono::system_clock::time_point(next.count() * parameters_.period);
    return std::max<std::chrono::steady_clock::duration>(starts - now, std::chrono::milliseconds(1));
  }

  asio::any_io_executor executor_;
  Secret key_;
  TotpParameters parameters_;
  Clock clock_;
  std::mutex mutex_;
  /// The newest windows of which a code was given. Not all that lie before one of them: a peer's clock that was
  /// believed once may have been ahead.
  std::array<std::optional<std::uint64_t>, 8> used_;
  std::size_t used_count_ = 0;
};

TotpResponder::TotpResponder(asio::any_io_executor executor, Secret key, TotpParameters parameters, Clock clock) {
  if (!clock) clock = [] { return std::chrono::system_clock::now(); };
  core_ = std::make_shared<Core>(std::move(executor), std::move(key), parameters, std::move(clock));
}

TotpResponder::~TotpResponder() = default;

void TotpResponder::respond(Prompt const& prompt, Handler handler) {
  auto const asks_for_code = prompt.kind == PromptKind::input && prompt.mfa_type == MfaType::totp &&
                             prompt.fields.size() == 1 && !prompt.refused;
  // A code that was refused says that the key or the clock is wrong: the next one would be, too.
  if (!asks_for_code || !may_say_what_is_fixed(prompt)) return decline(std::move(handler));
  core_->respond(prompt, std::move(handler));
}

// --- StaticResponder -------------------------------------------------------------------------------------------------

void StaticResponder::respond(Prompt const& prompt, Handler handler) {
  if (prompt.kind == PromptKind::act_elsewhere || prompt.kind == PromptKind::wait) {
    return std::move(handler)(error_code(), Answer::wait());
  }
  if (prompt.kind != PromptKind::input || !may_say_what_is_fixed(prompt)) return decline(std::move(handler));
  std::optional<Answer> answer;
  for (auto const& wanted : prompt.fields) {
    auto const found = std::ranges::find(answers_, wanted.field, &std::pair<Field, Secret>::first);
    if (found == answers_.end()) return decline(std::move(handler));
    auto text = found->second.clone();
    answer = answer ? std::move(*answer).and_field(wanted.field, std::move(text))
                    : Answer::field(wanted.field, std::move(text));
  }
  answer ? std::move(handler)(error_code(), std::move(*answer)) : decline(std::move(handler));
}

// --- CallbackResponder -----------------------------------------------------------------------------------------------

void CallbackResponder::respond(Prompt const& prompt, Handler handler) {
  auto answer = callback_(prompt);
  if (!answer) return decline(std::move(handler));
  std::move(handler)(error_code(), std::move(*answer));
}

// --- ChainResponder --------------------------------------------------------------------------------------------------

/// One prompt on its way along the chain. The prompt lives until the handler was called.
class ChainResponder::Walk : public std::enable_shared_from_this<Walk> {
public:
  Walk(std::vector<Responder*> const& links, Prompt const& prompt, Handler handler)
      : links_(links), prompt_(&prompt), handler_(std::move(handler)) {}

  void ask_next() {
    if (next_ == links_.size()) return decline(std::move(handler_));
    auto const slot = asio::get_associated_cancellation_slot(handler_);
    links_[next_++]->async_respond(
        *prompt_, asio::bind_cancellation_slot(slot, [self = shared_from_this()](error_code ec, Answer answer) {
          if (ec == TransportErrc::declined) return self->go_on();
          std::move(self->handler_)(ec, std::move(answer));
        }));
  }

  // A link may decline from any thread; the next one is given the cancellation slot, which belongs to the client's.
  void go_on() {
    asio::dispatch(asio::get_associated_executor(handler_), [self = shared_from_this()] { self->ask_next(); });
  }

private:
  std::vector<Responder*> links_;
  Prompt const* prompt_;
  Handler handler_;
  std::size_t next_ = 0;
};

void ChainResponder::respond(Prompt const& prompt, Handler handler) {
  std::make_shared<Walk>(links_, prompt, std::move(handler))->ask_next();
}

}  // namespace sallyport
