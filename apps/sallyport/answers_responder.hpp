#pragma once

#include "answers.hpp"
#include "screen.hpp"

#include <sallyport/transport/responder.hpp>

#include <chrono>
#include <optional>
#include <string>
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
  AnswersResponder(Answers& answers, Screen& screen, Responder* fallback)
      : answers_(&answers), screen_(&screen), fallback_(fallback) {}

  [[nodiscard]] std::optional<MissingInput> const& missing() const noexcept { return missing_; }
  /// The door at which the login was given up, because another answer could lock the account.
  [[nodiscard]] std::optional<HeldBack> const& held_back() const noexcept { return held_back_; }

private:
  void respond(Prompt const& prompt, Handler handler) override;
  [[nodiscard]] std::optional<Answer> find_answer(Prompt const& prompt);
  [[nodiscard]] std::optional<Answer> fill_in(Prompt const& prompt, std::optional<Answer> answer);
  void miss(std::vector<std::string> wanted, std::string hint = {});

  Answers* answers_;
  Screen* screen_;
  Responder* fallback_;
  std::optional<MissingInput> missing_;
  std::optional<HeldBack> held_back_;
};

}  // namespace sallyport::app
