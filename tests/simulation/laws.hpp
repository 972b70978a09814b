#pragma once

// The laws that hold whatever the world does. They keep their own books, from what leaves a client, what reaches an
// institution and what a host is told; they ask neither the engine nor a driver.

#include "trace.hpp"

#include <sallyport/engine/governor_policy.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/engine/wall_time.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::simulation {

enum class Law : std::uint8_t {
  post_needs_act,          ///< A secret leaves a client once for each act of the user, and never without one.
  one_request_in_flight,   ///< A login has one request in flight.
  nothing_after_the_end,   ///< A login that has ended, or was saved, sends nothing.
  nothing_after_lost,      ///< After an act that may have arrived and got no reply, a login sends nothing.
  lost_is_unknown,         ///< A login whose reply was lost, and no later poll's came, ends as `outcome_unknown`.
  poll_interval,           ///< Polls keep their distance.
  answered_in_time,        ///< A client sends no answer to a challenge that is over.
  verified_in_time,        ///< An institution is asked nothing about a challenge that is over.
  attempts_bounded,        ///< An institution sees at most three wrong answers to one challenge.
  newest_challenge,        ///< An institution sees answers to the newest challenge alone.
  one_question_in_flight,  ///< An institution is asked one thing about a login at a time.
  nothing_after_forget,    ///< An institution is asked nothing about a login that it was told to forget.
  one_outcome,             ///< A login has one outcome.
  every_login_ends,        ///< Every login ends that is not lost with its process.
  in_means_let_in,         ///< A client that is in was let in.
  budget_holds,            ///< No account sees more posts than its budget, whatever the sequence of logins.
  resumed_once,            ///< A saved login is resumed once.
  rest_gives_no_time,      ///< A login that is resumed has no more time than it had when it was saved.
  sealed_holds,            ///< A snapshot that was changed is refused; a login that may be resumed can be.
  one_answer,              ///< A server that lives answers every request, once.
  nothing_leaks,           ///< When all is over there is no session, no alarm and no driver.
  secrets_stay_secret,     ///< No canary stands in a text that is no secret.
};
inline constexpr std::size_t law_count = 22;

[[nodiscard]] std::string_view name_of(Law law) noexcept;

/// A law that was broken, by which login.
struct Breach {
  Law law;
  LoginNumber login = 0;
  Duration at{};
  std::string what;
};

/// Every user id, user name, password and wrong answer of the world has one of these in it.
inline constexpr std::string_view canaries[] = {"nobody", "Pass123", "canary"};

/// Whether the request carries what no timer may send. It does not ask the code that decides that.
[[nodiscard]] bool carries_any_secret(AuthRequest const& request) noexcept;

class Laws {
public:
  explicit Laws(std::size_t logins) : logins_(logins + 1) {}

  /// The first law that was broken; later ones may follow from it.
  [[nodiscard]] std::optional<Breach> const& breach() const noexcept { return breach_; }
  void broken(Law law, LoginNumber login, std::string what);
  void time_is(Duration now) noexcept { now_ = now; }

  // --- What the user and the host do ---------------------------------------------------------------------------------
  void begins(LoginNumber login, std::size_t account, std::string user_and_broker);
  void acts(LoginNumber login);
  void turn_ended(LoginNumber login) { of(login).unspent_act = false; }
  void prompted(LoginNumber login, TimePoint answer_by, TimePoint client_now, Prompt const& prompt);
  void saved(LoginNumber login, TimePoint client_now);
  void resumed(LoginNumber login, std::uint64_t generation);
  void ended(LoginNumber login, Outcome const& outcome);
  /// The login could not be carried out; nothing was sent.
  void gave_up(LoginNumber login, boost::system::error_code ec);
  void lost_with_process(LoginNumber login);

  // --- What leaves a client ------------------------------------------------------------------------------------------
  void requests(LoginNumber login, AuthRequest const& request, TimePoint client_now, WallTime governor_now);
  /// `body`: of a reply with status 200.
  void request_over(LoginNumber login, boost::system::error_code ec, bool sent, std::string_view body = {});

  // --- The institution -----------------------------------------------------------------------------------------------
  void let_in(std::string const& user_and_broker) { ++let_in_[user_and_broker]; }

  /// Complains where a canary stands in the text.
  void look_at(LoginNumber login, std::string_view text, std::string_view where);
  /// Nothing happens any more.
  void finish();

  [[nodiscard]] std::uint64_t acts_seen() const noexcept { return acts_; }
  [[nodiscard]] std::uint64_t posts_seen() const noexcept { return posts_; }
  [[nodiscard]] std::uint64_t polls_seen() const noexcept { return polls_; }

private:
  struct Watched {
    std::size_t account = 0;
    std::string user_and_broker;
    std::uint64_t acts = 0;
    std::uint64_t posts = 0;
    std::optional<TimePoint> answer_by;
    std::optional<Duration> time_left;  ///< When it was saved, until its first prompt elsewhere.
    std::optional<TimePoint> last_poll;
    std::optional<TimePoint> poll_before;
    std::optional<WallTime> counted;  ///< The budget entry of the request in flight.
    std::uint64_t resumed_generation = 0;
    bool begun = false;
    bool unspent_act = false;
    bool post_in_flight = false;
    bool in_flight = false;
    bool lost_reply = false;
    bool polls = false;      ///< The request in flight.
    bool lost_poll = false;  ///< Since the newest answer.
    bool at_rest = false;
    bool over = false;
  };

  [[nodiscard]] Watched& of(LoginNumber login) { return logins_[login]; }
  void count_post(LoginNumber login, WallTime governor_now);
  void end(LoginNumber login);

  std::vector<Watched> logins_;
  std::optional<Breach> breach_;
  Duration now_{};
  std::map<std::string, std::uint64_t> let_in_;
  std::map<std::size_t, std::deque<WallTime>> budget_;
  std::uint64_t acts_ = 0;
  std::uint64_t posts_ = 0;
  std::uint64_t polls_ = 0;
};

}  // namespace sallyport::simulation
