#pragma once

#include "grammar.hpp"

#include <string_view>
#include <vector>

namespace sallyport::grammar {

/// What kind of term a name stands for.
enum class TermKind : std::uint8_t { none, door, modifier, ending, fault };

[[nodiscard]] TermKind kind_of_term(std::string_view name) noexcept;

/// The doors of a term that is a door or an ending, in their order. They are linked among each other where the order
/// alone does not say it.
[[nodiscard]] Result<std::vector<Door>> make_doors(Term const& term);

/// A door with a code of an authenticator app.
[[nodiscard]] Door make_totp_door();

/// Complains where the argument is not a number of that kind and within these bounds.
[[nodiscard]] Result<std::uint32_t> number_of(Term const& term, std::string_view key, bool is_seconds,
                                              std::uint32_t most, std::string_view expected);

}  // namespace sallyport::grammar
