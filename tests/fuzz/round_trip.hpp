#pragma once

#include "demand.hpp"

#include <sallyport/protocol/codec.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

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
  std::vector<OddMember> odd;
  auto const tolerant = decode_tolerantly<Message>(text, {}, odd);
  demand(odd.size() <= 32);
  for (auto const& one : odd) check_error({CodecErrc::wrong_type, one.path, one.detail});
  // What is left out leaves a message, which is read again.
  if (tolerant) demand(decode<Message>(encode(*tolerant).reveal()).has_value());
  if (!first) return check_error(first.error());
  auto const written = encode(*first);
  demand(tolerant.has_value() && odd.empty() && equals(encode(*tolerant), written));
  auto const second = decode<Message>(written.reveal());
  demand(second.has_value());
  demand(equals(encode(*second), written));
}

}  // namespace sallyport::fuzz
