#pragma once

#include "demand.hpp"

#include <sallyport/protocol/codec.hpp>

#include <algorithm>
#include <string_view>

namespace sallyport::fuzz {

inline void check_error(CodecError const& error) {
  auto const is_printable = [](char byte) { return byte >= ' ' && byte <= '~'; };
  demand(error.path.starts_with('$') && error.path.size() < 600);
  demand(std::all_of(error.path.begin(), error.path.end(), is_printable));
  demand(!error.detail.empty());
}

/// What is read can be written, what is written can be read, and then it is written the same.
template <class Message>
void check_round_trip(std::string_view text) {
  auto const first = decode<Message>(text);
  if (!first) return check_error(first.error());
  auto const written = encode(*first);
  auto const second = decode<Message>(written.reveal());
  demand(second.has_value());
  demand(equals(encode(*second), written));
}

}  // namespace sallyport::fuzz
