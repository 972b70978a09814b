#pragma once

#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/prompt.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// What people type and paste is not always the code that they were sent: "123 456" and "123-456", a line end behind
/// it, the digits of another script. Where the door asks for a code of digits those become the digits. Why one cannot
/// be the code, with its field's name and without a word of it; empty where it may be: it would cost an attempt.
/// Everything else, passwords and answers to questions, stays as it was typed.
[[nodiscard]] std::string fold_codes(Answer& answer, AuthResponse const& door, std::vector<PromptField> const& asked);

/// The text without blanks, dashes and marks that are not seen, and with ASCII digits in place of others; nothing where
/// then something else than digits is in it.
[[nodiscard]] std::optional<Secret> digits_of(std::string_view typed);

/// How many digits the text says that the code has, as in "a 6-digit code"; nothing where it says none, or several.
[[nodiscard]] std::optional<std::size_t> digits_told_in(std::string_view text);

}  // namespace sallyport
