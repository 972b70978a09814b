#include <sallyport/sandbox/sandbox.hpp>

#include <sallyport/sandbox/judge.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>

#include <cassert>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace sallyport {
namespace {

using boost::asio::steady_timer;
using boost::system::error_code;
using boost::system::result;

// Longer than any server waits; forgetting the login ends it.
constexpr Duration for_ever = std::chrono::hours(24 * 365);

TimePoint steady_now() {
  return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

Duration scaled(Duration duration, double factor) {
  return std::chrono::duration_cast<Duration>(duration * factor);
}

error_code error_of(Silence silence) noexcept {
  switch (silence) {
    case Silence::rate_limited: return VerifyErrc::rate_limited;
    case Silence::unavailable: return VerifyErrc::unavailable;
    case Silence::lost: return VerifyErrc::connection_cut;
    case Silence::truncated: return VerifyErrc::reply_cut;
    case Silence::none:
    case Silence::error:
    case Silence::for_ever: break;
  }
  return SandboxErrc::no_reply;
}

Judgement refusal(std::string_view why) {
  Judgement judgement;
  judgement.reply = failed_reply(why);
  return judgement;
}

}  // namespace

class Sandbox::Core {
public:
  Core(boost::asio::any_io_executor executor, Catalogue catalogue, SandboxConfig config)
      : executor_(std::move(executor)),
        first_catalogue_(std::make_shared<Catalogue const>(std::move(catalogue))),
        catalogue_(first_catalogue_),
        config_(std::move(config)) {
    assert(config_.pace > 0);
    if (!config_.clock) config_.clock = steady_now;
    start_ = config_.clock();
  }

  ~Core() {
    for (auto const& [id, login] : logins_) {
      if (login.pause) login.pause->cancel();
    }
  }

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const noexcept {
    return first_catalogue_->schemes();
  }

  [[nodiscard]] std::shared_ptr<Catalogue const> catalogue() const {
    std::lock_guard const lock(mutex_);
    return catalogue_;
  }

  void replace(Catalogue catalogue) {
    // The old one may be freed here, which needs no lock.
    auto next = std::make_shared<Catalogue const>(std::move(catalogue));
    std::lock_guard const lock(mutex_);
    catalogue_.swap(next);
  }

  void observe(std::function<void(Delivery const&)> observer) { observer_ = std::move(observer); }

  [[nodiscard]] result<Judgement> decide(VerifyRequest const& request) {
    auto const real_now = config_.clock();
    auto const now = start_ + scaled(real_now - start_, config_.pace);
    std::lock_guard const lock(mutex_);
    auto found = logins_.find(request.login);
    if (found == logins_.end() || request.act == EventType::login) {
      auto choice = choose(request);
      if (choice.scenario == nullptr) return refusal(choice.problem);
      if (found == logins_.end()) {
        if (logins_.size() >= config_.logins_max) return SandboxErrc::too_many_logins;
        found = logins_.try_emplace(request.login).first;
      }
      found->second.scenario = std::move(choice.scenario);
    }
    auto& login = found->second;
    auto judgement = judge(*login.scenario, login.progress, request.act, request.request, now);
    login.progress = judgement.next;
    return judgement;
  }

  void tell(VerifyRequest const& request, std::vector<DoorMessage> const& messages) const {
    if (!observer_) return;
    for (auto const& message : messages) {
      Delivery delivery;
      delivery.login = request.login;
      delivery.broker = request.request.type.value();
      delivery.by = message.by;
      delivery.user_id = request.user_id;
      delivery.text = message.text;
      delivery.code = Secret(message.code);
      observer_(delivery);
    }
  }

  /// Holds the judgement back as long as the scenario wants; `forget` gives it up.
  void hold_back(LoginId login, Judgement judgement, Handler handler) {
    auto const silent = judgement.silence == Silence::for_ever;
    auto const pause = silent ? for_ever : scaled(judgement.reply_after, 1 / config_.pace);
    auto const timer = std::make_shared<steady_timer>(executor_, pause);
    std::lock_guard const lock(mutex_);
    timer->async_wait([timer, held = std::move(judgement), waiting = std::move(handler)](error_code ec) mutable {
      if (ec) {
        waiting(ec, AuthResponse());
      } else {
        reply(std::move(held), std::move(waiting));
      }
    });
    auto const found = logins_.find(login);
    // Forgotten meanwhile, by another thread: nobody would end the wait.
    if (found == logins_.end()) {
      timer->cancel();
      return;
    }
    if (found->second.pause) found->second.pause->cancel();
    found->second.pause = timer;
  }

  static void reply(Judgement judgement, Handler handler) {
    if (judgement.silence == Silence::none) {
      handler(error_code(), std::move(judgement.reply));
    } else {
      handler(error_of(judgement.silence), AuthResponse());
    }
  }

  void forget(LoginId id) noexcept {
    std::lock_guard const lock(mutex_);
    auto const found = logins_.find(id);
    if (found == logins_.end()) return;
    if (found->second.pause) found->second.pause->cancel();
    logins_.erase(found);
  }

  [[nodiscard]] std::size_t logins_open() const {
    std::lock_guard const lock(mutex_);
    return logins_.size();
  }

private:
  struct Login {
    std::shared_ptr<Scenario const> scenario;  ///< Lives on where the catalogue is replaced meanwhile.
    ScenarioProgress progress{};
    std::shared_ptr<steady_timer> pause{};  ///< Only under the mutex: timers are not for two threads at once.
  };

  struct Choice {
    std::shared_ptr<Scenario const> scenario;
    std::string problem;
  };

  [[nodiscard]] Choice choose(VerifyRequest const& request) const {
    if (request.act != EventType::login) return {nullptr, "The sandbox does not know this login."};
    auto choice = catalogue_->choose(request.request);
    if (choice.composed) return {std::move(choice.composed), {}};
    if (choice.scenario == nullptr) return {nullptr, std::move(choice.problem)};
    return {std::shared_ptr<Scenario const>(catalogue_, choice.scenario), {}};
  }

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Catalogue const> const first_catalogue_;
  std::shared_ptr<Catalogue const> catalogue_;  ///< Under the mutex.
  SandboxConfig config_;
  TimePoint start_;
  std::function<void(Delivery const&)> observer_;
  mutable std::mutex mutex_;
  std::unordered_map<LoginId, Login> logins_;
};

Sandbox::Sandbox(boost::asio::any_io_executor executor, Catalogue catalogue, SandboxConfig config)
    : core_(std::make_unique<Core>(std::move(executor), std::move(catalogue), std::move(config))) {}

Sandbox::~Sandbox() = default;

std::vector<AuthenticationScheme> const& Sandbox::schemes() const {
  return core_->schemes();
}

std::shared_ptr<Catalogue const> Sandbox::catalogue() const {
  return core_->catalogue();
}

void Sandbox::replace_catalogue(Catalogue catalogue) {
  core_->replace(std::move(catalogue));
}

void Sandbox::on_delivery(std::function<void(Delivery const&)> observer) {
  core_->observe(std::move(observer));
}

void Sandbox::forget(LoginId login) noexcept {
  core_->forget(login);
}

std::size_t Sandbox::logins_open() const {
  return core_->logins_open();
}

void Sandbox::verify(VerifyRequest request, Handler handler) {
  auto judgement = core_->decide(request);
  if (!judgement) return std::move(handler)(judgement.error(), AuthResponse());
  core_->tell(request, judgement->deliveries);
  if (judgement->silence == Silence::for_ever || judgement->reply_after > Duration::zero()) {
    core_->hold_back(request.login, std::move(*judgement), std::move(handler));
  } else {
    Core::reply(std::move(*judgement), std::move(handler));
  }
}

}  // namespace sallyport
