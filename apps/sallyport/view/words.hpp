#pragma once

#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/prompt.hpp>

#include <chrono>
#include <string>

namespace sallyport::app {

/// What a door is, in words for a human: "Codes by SMS and e-mail".
[[nodiscard]] std::string name_of_door(Prompt const& prompt);

/// Where a door stands on the wire: "mfaRequired · phoneAndEmail · mfaFlow".
[[nodiscard]] std::string place_of_door(Prompt const& prompt);

/// "0:58", "12:00"; nothing below zero.
[[nodiscard]] std::string clock_text(std::chrono::steady_clock::duration left);

/// "1.7 s", "2 min 3 s".
[[nodiscard]] std::string duration_text(std::chrono::steady_clock::duration duration);

/// A token, told from others and useless to a thief: its first letters and its length.
[[nodiscard]] std::string masked(Secret const& token);

}  // namespace sallyport::app
