#pragma once

// The answers file: a JSON object that stands in for the user. docs/cli.md describes it.

#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/field.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/status.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/totp.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {

/// What one field is answered with: one value, a list of which each is given once, one a question, or the codes of an
/// authenticator.
struct FieldAnswers {
  Field field = Field::unknown;
  std::optional<TotpAccount> authenticator;
  std::vector<Secret> values;
  bool is_list = false;
  std::vector<std::pair<std::string, Secret>> by_question;
  std::size_t given = 0;
};

/// What is done at the doors that a rule fits: an act, or values of its own.
struct AnswerRule {
  std::optional<AuthStatus> status;
  std::optional<MfaType> mfa_type;
  std::optional<AuthFlowStep> flow_step;
  std::optional<Answer::Kind> act;
  std::vector<FieldAnswers> fields;

  [[nodiscard]] bool fits(Prompt const& prompt) const noexcept;
};

/// The doors that a program takes for the same.
struct DoorKind {
  AuthStatus status;
  std::optional<MfaType> mfa_type;
  std::optional<AuthFlowStep> flow_step;

  friend bool operator==(DoorKind const&, DoorKind const&) = default;
};

class Answers {
public:
  /// A UsageError where the file is open to others, is not JSON, or says something that has no meaning.
  [[nodiscard]] static Answers read(std::filesystem::path const& path);

  /// What the first rule that fits says is done there. Starting over and another way are said once at each kind of door
  /// (status, factor, flow step): both may post credentials or have a code sent.
  [[nodiscard]] std::optional<Answer::Kind> act_at(Prompt const& prompt);

  [[nodiscard]] bool has(Field field) const noexcept;
  /// The value for a field of the first post.
  [[nodiscard]] std::optional<Secret> take(Field field);
  /// The value for a field of a door. A value that was wrong, or may have been, is never given again in this login:
  /// only a list has another one. The answer to a question is given once.
  [[nodiscard]] std::optional<Secret> take(Field field, Prompt const& prompt);
  /// The authenticator whose codes answer a field of a door, where the first that answers it is one. It stays where it
  /// is for as long as this is.
  [[nodiscard]] TotpAccount const* authenticator(Field field, Prompt const& prompt) const noexcept;

private:
  std::vector<FieldAnswers> fields_;
  std::vector<AnswerRule> rules_;
  std::vector<DoorKind> acted_at_;
};

}  // namespace sallyport::app
