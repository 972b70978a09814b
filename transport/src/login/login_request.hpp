#pragma once

#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/scheme.hpp>
#include <sallyport/transport/prompt.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// The authentication schemes of an API, as its clients' logins share them; null where there are none yet.
using SchemeList = std::shared_ptr<std::vector<AuthenticationScheme> const>;

/// The fields that a request after a reply must carry, as the integration's scheme lists them. Where the scheme is
/// silent, the statuses and factors say what they commonly want, and no credential is sent again. `withheld` are fields
/// that the first post carried although `login` has them no more.
struct StepFields {
  std::vector<PromptField> asked;  ///< What the user fills in.
  std::vector<Field> resent;       ///< Credentials of the first post that this step wants again.
};

[[nodiscard]] StepFields step_fields(AuthenticationScheme const* scheme, AuthResponse const& reply,
                                     AuthRequest const& login, std::vector<Field> const& withheld = {});

/// Whether the reply asks a security question, which only its text tells from the one before it.
[[nodiscard]] bool reads_as_question(AuthResponse const& reply) noexcept;

/// Why a first post would be an attempt for nothing: the credential that the scheme lists for it and that it lacks, in
/// our words; "" where there is none. Where both a user name and a phone number are listed, one of them is enough.
[[nodiscard]] std::string problem_of_first_post(AuthenticationScheme const* scheme, AuthRequest const& login);

/// The first post, or a fresh one after the reply that asked for a restart.
[[nodiscard]] AuthRequest login_request(AuthRequest const& login, std::optional<AuthStatus> restart_of);

/// Whether the first post is `login` itself, so that it need not be copied.
[[nodiscard]] bool is_first_post(AuthRequest const& login) noexcept;

/// The answer to a door, with the texts of all of these. The values were checked against `fields.asked`.
[[nodiscard]] AuthRequestView answer_request(AuthRequest const& login, AuthResponse const& door,
                                             StepFields const& fields, Answer const& answer);

/// The shape of an answer without one: "let me try another way".
[[nodiscard]] AuthRequestView another_way_request(AuthRequest const& login, AuthResponse const& door,
                                                  StepFields const& fields);

[[nodiscard]] PollRequest poll_request(AuthRequest const& login, AuthResponse const& door);

/// Whether the answer fills in every field that is asked, once, and no other.
[[nodiscard]] bool fits(Answer const& answer, std::vector<PromptField> const& asked);

}  // namespace sallyport
