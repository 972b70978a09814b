#include "reader.hpp"

#include "number.hpp"
#include "shapes.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

// What becomes of a value that is not as described, where the reader is tolerant: who was let in must not lose the
// tokens because the name of an account is no UTF-8.

namespace sallyport::wire {
namespace {

constexpr std::size_t odd_members_max = 32;

bool may_be_left_out(Rule rule) noexcept {
  switch (rule) {
    case Rule::optional:
    case Rule::sensitive:
    case Rule::deprecated:
    case Rule::extension: return true;
    case Rule::required:
    case Rule::filled:
    case Rule::nullable:
    case Rule::vital: return false;
  }
  return false;
}

bool is_number(Kind kind) noexcept {
  return kind == Kind::small_integer || kind == Kind::integer || kind == Kind::number;
}

/// A whole text that is a number of JSON.
bool holds_number(std::string_view text) {
  Scanner scanner(text);
  std::string_view number;
  return scanner.take_number(number) && number.size() == text.size();
}

/// The integer that is nearest below, within the bounds.
template <class Integer>
Integer clamped(double value) noexcept {
  constexpr auto least = static_cast<double>(std::numeric_limits<Integer>::min());
  constexpr auto most = static_cast<double>(std::numeric_limits<Integer>::max());
  if (value <= least) return std::numeric_limits<Integer>::min();
  if (value >= most) return std::numeric_limits<Integer>::max();
  return static_cast<Integer>(std::floor(value));
}

/// Puts a number into a member of that kind; false where it is no number of a double.
bool put_number(Member const& row, void* holder, std::string_view number) {
  auto const value = double_of(number);
  if (!value) return false;
  auto* const target = row.add(holder, {});
  if (row.kind == Kind::number) {
    as<double>(target) = *value;
  } else if (row.kind == Kind::integer) {
    as<std::int64_t>(target) = clamped<std::int64_t>(*value);
  } else {
    as<std::int32_t>(target) = clamped<std::int32_t>(*value);
  }
  return true;
}

std::optional<bool> boolean_in(std::string_view text) noexcept {
  if (text == "true" || text == "True" || text == "1") return true;
  if (text == "false" || text == "False" || text == "0") return false;
  return std::nullopt;
}

}  // namespace

/// Stands at a value that was refused, in an object or a list that is open: reads it otherwise, or passes it over.
/// `kept` is how many elements of the list are good.
bool Reader::salvage(Frame& frame, char const* begin, std::size_t depth, std::size_t kept) {
  if (odd_ == nullptr || frame.shape == nullptr) return false;
  auto const* const row = frame.is_list ? &frame.shape->element : frame.row;
  if (row != nullptr && (frame.is_whole || row->drop == nullptr || !may_be_left_out(row->rule))) return false;
  frame_ = &frame;
  depth_ = depth;
  auto const go_back = [&] {
    if (row != nullptr) row->drop(frame.target, kept);
    scanner_.go_back(begin);
  };
  go_back();
  auto const is_read = row != nullptr && !frame.is_list && read_otherwise(frame, *row);
  if (!is_read) {
    go_back();
    if (!scanner_.pass_over()) return false;
    // Nobody knows is what servers say by a life of zero; none at all would mean that there is no end.
    auto const is_count = row != nullptr && row->kind == Kind::small_integer && !frame.is_list;
    if (is_count) as<std::int32_t>(row->add(frame.target, {})) = 0;
  }
  note_odd(!is_read);
  return true;
}

/// A number as text, a text as number or boolean: languages without types write such.
bool Reader::read_otherwise(Frame& frame, Member const& row) {
  std::string_view token;
  if (scanner_.peek() == '"') {
    if (!scanner_.take_string(token) || token.size() > bounds_.string_bytes_max) return false;
    if (is_number(row.kind)) return holds_number(token) && put_number(row, frame.target, token);
  } else if (scanner_.take_number(token)) {
    if (is_number(row.kind)) return put_number(row, frame.target, token);
    if (row.kind == Kind::text) return row.add(frame.target, token) != nullptr;
  }
  auto const value = row.kind == Kind::boolean ? boolean_in(token) : std::nullopt;
  if (value) as<bool>(row.add(frame.target, {})) = *value;
  return value.has_value();
}

/// What came first holds.
bool Reader::pass_over_twin(Frame& frame) {
  if (odd_ == nullptr || frame.is_whole || !may_be_left_out(frame.row->rule)) return false;
  note_odd(true);
  frame.row = nullptr;
  frame.key = text_.data();  // Where no key is, should there be more to complain of.
  return true;
}

void Reader::note_odd(bool is_left_out) {
  auto refusal = std::exchange(refusal_, std::nullopt);
  if (odd_->size() >= odd_members_max || !refusal) return;
  odd_->push_back({std::move(refusal->path), std::move(refusal->detail), is_left_out});
}

}  // namespace sallyport::wire
