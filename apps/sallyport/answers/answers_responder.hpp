#pragma once

#include "answers/answers.hpp"
#include "terminal/screen.hpp"

#include <sallyport/transport/responder.hpp>
#include <sallyport/transport/responders.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {

/// What the newest door wanted and nobody could give.
struct MissingInput {
  std::vector<std::string> wanted;  ///< Names of fields, or the act: "another_way".
  std::string hint;                 ///< Why there is none.
};

/// An answer would have risked the account, so nothing was sent.
struct HeldBack {
  std::optional<std::chrono::seconds> retry_after;
};

/// Answers from a file. What the file lacks is asked at the terminal, where there is one; else the login is given up
/// and `missing` says why.
class AnswersResponder final : public Responder {
public:
  /// `fallback` may be null.
  AnswersResponder(boost::asio::any_io_executor executor, Answers& answers, Screen& screen, Responder* fallback)
      : executor_(std::move(executor)), answers_(&answers), screen_(&screen), fallback_(fallback) {}

  [[nodiscard]] std::optional<MissingInput> const& missing() const noexcept { return missing_; }
  /// The door at which the login was given up, because another answer could lock the account.
  [[nodiscard]] std::optional<HeldBack> const& held_back() const noexcept { return held_back_; }

private:
  void respond(Prompt const& prompt, Handler handler) override;
  /// Sets `authenticator` where its code is the answer.
  [[nodiscard]] std::optional<Answer> find_answer(Prompt const& prompt, TotpAccount const*& authenticator);
  void ask(TotpAccount const& authenticator, Prompt const& prompt, Handler handler);
  void answer_without_file(Prompt const& prompt, Handler handler);
  [[nodiscard]] std::optional<Answer> start_over(Prompt const& prompt);
  [[nodiscard]] std::optional<Answer> fill_in(Prompt const& prompt, std::optional<Answer> answer,
                                              TotpAccount const*& authenticator);
  void miss(std::vector<std::string> wanted, std::string hint = {});

  boost::asio::any_io_executor executor_;
  /// One for each that the file has: it gives no code twice.
  std::map<TotpAccount const*, TotpResponder> authenticators_;
  Answers* answers_;
  Screen* screen_;
  Responder* fallback_;
  std::optional<MissingInput> missing_;
  std::optional<HeldBack> held_back_;
};

}  // namespace sallyport::app
