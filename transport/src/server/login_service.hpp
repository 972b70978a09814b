#pragma once

#include "http/http_answer.hpp"
#include "net/deadlines.hpp"
#include "net/driver_time.hpp"
#include "observe/event_teller.hpp"
#include "observe/login_watch.hpp"
#include "server/client_shares.hpp"
#include "server/login_book.hpp"
#include "server/peer.hpp"
#include "server/server_state.hpp"
#include "support/random.hpp"
#include "support/strand.hpp"

#include <sallyport/engine/session_table.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/transport/config.hpp>
#include <sallyport/transport/verifier.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

/// The logins of one shard of a server. A login belongs to (client, user, integration); the contract has no session id.
/// Its challenge is single use, is superseded by a newer one, and dies with its timer even if the client is silent.
class LoginService : public std::enable_shared_from_this<LoginService> {
public:
  using Done = KeptLogin::Done;

  /// The deadlines are those of the strand's reactor. Once they may be gone, the service is stopped.
  LoginService(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, Deadlines& deadlines);
  LoginService(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, TimeSource& source);

  /// Answers one POST authenticate, exactly once unless the service is stopped, or has no memory for it: then it
  /// throws, or drops `done`. Runs on the strand.
  void authenticate(std::string const& client_id, std::string const& user_id, AuthRequest&& request, Done done,
                    Peer peer = 0);
  void stop() {
    stopped_ = true;
    book_.each([this](KeptLogin const& entry) {
      if (!entry.over) verifier_->forget(entry.id);
    });
    leave_to_parent();
  }
  /// In a child: they are the parent's, which answers for them; nobody is told that they are over.
  void leave_to_parent();
  /// The logins that stand at a door, are being asked about, or are remembered.
  [[nodiscard]] std::size_t logins_kept() const noexcept { return table_.size(); }

private:
  /// `entry`: what the key finds.
  void take(KeptLogin* entry, std::string_view key, VerifyRequest&& request, Done done, Peer peer);
  void open(std::string_view key, VerifyRequest&& request, Done done, Peer peer);
  void continue_login(KeptLogin& entry, VerifyRequest&& request, Done done, Peer peer);
  void count_failure(KeptLogin const& entry, AuthResponse const& response);
  template <class... AlarmArguments>
  LoginService(DriverTime time, Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier,
               AlarmArguments&&... alarm);
  struct Refused {
    ActRefusal why;
    HttpAnswer answer;
  };

  /// The verifier is being called about a login, which may say at once what it has to say. Also where it throws: what
  /// it says later of this login is not for the next one.
  struct Asking {
    Asking(LoginService& asking, SessionHandle login) noexcept : service(&asking), handle(login) {
      service->asking_ = this;
    }
    Asking(Asking const&) = delete;
    Asking& operator=(Asking const&) = delete;
    ~Asking() { end(); }
    void end() noexcept {
      if (service->asking_ == this) service->asking_ = nullptr;
    }

    LoginService* service;
    SessionHandle handle;
    boost::system::error_code ec;
    std::optional<AuthResponse> said;
  };

  [[nodiscard]] bool is_asking(SessionHandle login) const noexcept {
    return asking_ != nullptr && asking_->handle == login;
  }
  /// The answer to a poll whose reply its client has not got; nothing where this is no such poll.
  [[nodiscard]] std::optional<HttpAnswer> answer_again(KeptLogin const& entry, VerifyRequest const& poll);
  [[nodiscard]] static std::optional<Refused> check_binding(KeptLogin const& entry, VerifyRequest const& request);
  [[nodiscard]] boost::system::result<Action> step(KeptLogin& entry, Event const& event);
  [[nodiscard]] std::unique_ptr<LoginWatch> watch(LoginId login, AuthRequest const& request) const;
  void tell_refused(ActRefusal why, AuthRequest const& request, Peer peer, KeptLogin const* entry = nullptr);
  [[nodiscard]] auto verdict_handler(SessionHandle handle);
  void ask(KeptLogin& entry, VerifyRequest&& request, Done done);
  void verified(SessionHandle handle, boost::system::error_code ec, AuthResponse&& response);
  void take_verdict(KeptLogin& entry, boost::system::error_code ec, AuthResponse&& response);
  void show_anew(KeptLogin& entry, AuthResponse& response);
  [[nodiscard]] static bool repeats_door(KeptLogin const& entry, AuthResponse const& response);
  void reply(KeptLogin& entry, AuthResponse* response, boost::system::error_code ec = {});
  [[nodiscard]] HttpAnswer describe(KeptLogin const& entry, Session const& session);
  [[nodiscard]] HttpAnswer tell_end(KeptLogin const& entry) const;
  [[nodiscard]] HttpAnswer tell_refusal(KeptLogin const& entry, boost::system::error_code ec);
  void end(KeptLogin& entry);
  /// It is open no more, whatever is remembered of it.
  void count_out(KeptLogin const& entry) noexcept;
  [[nodiscard]] HttpAnswer tell_full(AuthRequest const& request, Peer peer, ActRefusal why);
  void forget_oldest_end();
  void erase(KeptLogin& entry);
  void give_up(KeptLogin* entry) noexcept;
  void ring(SessionHandle handle, EventType event);
  void arm();

  Strand strand_;
  DriverTime time_;
  std::shared_ptr<ServerState> state_;
  ServerConfig const* config_;
  EventTeller teller_;
  Verifier* verifier_;
  SessionTable table_;
  LoginBook book_;
  ClientShares shares_;
  std::deque<SessionHandle> ended_;  ///< What is remembered, the oldest first; some may be gone.
  Asking* asking_ = nullptr;         ///< While the verifier is being called.
  DeadlineAlarm alarm_;
  std::optional<TimePoint> armed_for_;
  RandomIds ids_;
  LoginId next_id_;
  std::uint64_t process_;  ///< Whose logins these are.
  bool stopped_ = false;
};

}  // namespace sallyport
