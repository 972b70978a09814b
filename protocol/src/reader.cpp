#include "reader.hpp"

#include "number.hpp"
#include "same.hpp"
#include "shapes.hpp"

#include <algorithm>
#include <utility>

// What is called from one place is inline, so that the walk through an object is one loop.

namespace sallyport::wire {
namespace {

/// Lists in lists multiply: `{}` is two bytes of text and may be a kilobyte of message. All lists together may have
/// this many times the elements that one may have.
constexpr std::size_t all_elements_factor = 4;

}  // namespace

std::optional<CodecError> Reader::read(Member const& root, void* message) {
  Frame frame{.outer = nullptr, .shape = nullptr, .target = message, .is_list = false, .row = &root};
  frame_ = &frame;
  if (odd_ != nullptr) scanner_.skip_byte_order_mark();
  if (text_.size() > bounds_.text_bytes_max) {
    refuse(CodecErrc::too_large, "the text is too long");
  } else if (value() && !scanner_.is_at_end()) {
    refuse_token();
  }
  return std::move(refusal_);
}

bool Reader::value() {
  switch (scanner_.peek()) {
    case '"': return text();
    case '{': return object();
    case '[': return list();
    case 't': return scanner_.take_word("true") ? boolean(true) : refuse_token();
    case 'f': return scanner_.take_word("false") ? boolean(false) : refuse_token();
    case 'n': return scanner_.take_word("null") ? null() : refuse_token();
    default: return number();
  }
}

inline bool Reader::text() {
  std::string_view text;
  if (!scanner_.take_string(text)) return refuse_token();
  if (text.size() > bounds_.string_bytes_max) return refuse(CodecErrc::too_large, "the string is too long");
  Member const* row = nullptr;
  if (!place(Found::text, row)) return false;
  if (row == nullptr) return true;
  if (text.empty() && row->rule == Rule::filled) {
    return refuse(CodecErrc::missing_member, "expected a string, found an empty one");
  }
  row->add(frame_->target, text);
  return true;
}

inline bool Reader::number() {
  std::string_view number;
  if (!scanner_.take_number(number)) return refuse_token();
  Member const* row = nullptr;
  if (!place(Found::number, row)) return false;
  if (row == nullptr) return true;
  auto* const target = row->add(frame_->target, {});
  if (row->kind == Kind::number) {
    auto const value = double_of(number);
    if (!value) return refuse(CodecErrc::number_out_of_range, "the number is too large for a double");
    as<double>(target) = *value;
    return true;
  }
  auto const value = integer_of(number);
  if (!value && value.error() == NumberFault::fraction) {
    return refuse(CodecErrc::wrong_type, "expected an integer, found a fraction");
  }
  auto const is_small = value && std::in_range<std::int32_t>(*value);
  if (!value || (row->kind == Kind::small_integer && !is_small)) {
    return refuse(CodecErrc::number_out_of_range, "the integer is out of range");
  }
  if (row->kind == Kind::small_integer) {
    as<std::int32_t>(target) = static_cast<std::int32_t>(*value);
  } else {
    as<std::int64_t>(target) = *value;
  }
  return true;
}

bool Reader::boolean(bool value) {
  Member const* row = nullptr;
  if (!place(Found::boolean, row)) return false;
  if (row != nullptr) as<bool>(row->add(frame_->target, {})) = value;
  return true;
}

bool Reader::null() {
  auto const is_member = frame_->shape != nullptr && !frame_->is_list;
  if (!is_member) {
    Member const* row = nullptr;
    return place(Found::null, row);
  }
  auto const* row = frame_->row;
  if (row != nullptr && (row->rule == Rule::required || row->rule == Rule::filled)) {
    return refuse_found(CodecErrc::missing_member, row->kind, "null");
  }
  return true;
}

bool Reader::list() {
  Frame frame{.outer = frame_, .shape = nullptr, .target = nullptr, .is_list = true};
  return open(Found::list, frame) && elements(frame);
}

bool Reader::object() {
  Frame frame{.outer = frame_, .shape = nullptr, .target = nullptr, .is_list = false};
  return open(Found::object, frame) && members(frame);
}

// The depth is a bound of our own stack too, so it comes first.
bool Reader::open(Found found, Frame& frame) {
  if (depth_ >= bounds_.depth_max) {
    return refuse_at_byte(CodecErrc::too_deep, "the text nests too deep", scanner_.position());
  }
  Member const* row = nullptr;
  if (!place(found, row)) return false;
  if (row != nullptr) {
    frame.shape = row->shape;
    frame.is_whole = frame_->is_whole || (row->shape != nullptr && row->shape->is_whole);
    frame.target = row->add(frame_->target, {});
  }
  ++depth_;
  frame_ = &frame;
  scanner_.skip(1);
  return true;
}

inline bool Reader::elements(Frame& frame) {
  if (scanner_.take(']')) return close(frame);
  auto const depth = depth_;
  std::size_t kept = 0;
  do {
    static_cast<void>(scanner_.peek());
    auto const* const begin = scanner_.place();
    if (value()) {
      ++kept;
    } else if (!salvage(frame, begin, depth, kept)) {
      return false;
    }
    ++frame.count;
  } while (scanner_.take(','));
  return scanner_.take(']') ? close(frame) : refuse_token();
}

// Most values are texts, and those are read without a call.
inline bool Reader::members(Frame& frame) {
  if (scanner_.take('}')) return close(frame);
  auto const depth = depth_;
  do {
    if (!key(frame)) return false;
    auto const is_text = scanner_.peek() == '"';
    auto const* const begin = scanner_.place();
    if (!(is_text ? text() : value()) && !salvage(frame, begin, depth, 0)) return false;
    frame.is_in_member = false;
  } while (scanner_.take(','));
  return scanner_.take('}') ? close(frame) : refuse_token();
}

inline bool Reader::key(Frame& frame) {
  frame.row = known_key(frame);
  if (frame.row == nullptr && !odd_key(frame)) return false;
  if (frame.count++ >= bounds_.array_length_max) {
    return refuse(CodecErrc::too_large, "the object has too many members");
  }
  if (frame.row != nullptr) {
    auto const bit = std::uint32_t{1} << (frame.next_row - 1);
    if ((frame.seen & bit) != 0) {
      refuse(CodecErrc::syntax, "the member appears twice");
      return pass_over_twin(frame);
    }
    frame.seen |= bit;
  }
  return true;
}

// Almost every key is one of the table's, followed by its colon: then the bytes are compared and nothing is looked for.
// Members mostly come in the order of the description, so the search goes on where the last one ended.
inline Member const* Reader::known_key(Frame& frame) noexcept {
  if (frame.shape == nullptr || scanner_.peek() != '"') return nullptr;
  auto const rows = frame.shape->rows;
  auto const text = scanner_.rest();
  auto const initial = text.size() < 2 ? '"' : text[1];
  auto next = frame.next_row;
  for (auto left = rows.size(); left > 0; --left, ++next) {
    if (next >= rows.size()) next = 0;
    auto const& row = rows[next];
    if (row.key[2] != initial) continue;
    auto const key = std::string_view(row.key.data() + 1, row.name_bytes + 3U);
    if (!same(text.substr(0, key.size()), key)) continue;
    if (row.name_bytes > bounds_.string_bytes_max) return nullptr;
    scanner_.skip(key.size());
    frame.is_in_member = true;
    frame.next_row = next + 1;
    return &row;
  }
  return nullptr;
}

// Any other key, or one that has escapes or space behind it.
bool Reader::odd_key(Frame& frame) {
  std::string_view key;
  frame.key = scanner_.rest().data();
  if (scanner_.peek() != '"' || !scanner_.take_string(key)) return refuse_token();
  if (key.size() > bounds_.string_bytes_max) return refuse(CodecErrc::too_large, "a key is too long");
  frame.is_in_member = true;
  if (auto const* const shape = frame.shape) {
    auto const has_name = [key](Member const& row) { return row.name() == key; };
    auto const row = std::find_if(shape->rows.begin(), shape->rows.end(), has_name);
    if (row != shape->rows.end()) {
      frame.row = &*row;
      frame.next_row = static_cast<std::size_t>(row - shape->rows.begin()) + 1;
    }
    if (shape->kind == Kind::members) as<SecretMembers>(frame.target).emplace_back(key, std::nullopt);
  }
  return scanner_.take(':') || refuse_token();
}

inline bool Reader::close(Frame& frame) {
  auto const* const shape = frame.shape;
  if (shape != nullptr && shape->kind != Kind::list && !check(frame)) return false;
  frame_ = frame.outer;
  --depth_;
  return true;
}

// A value of a row is here only where it is of another type than the row says.
bool Reader::odd_place(Found found, Member const*& row) {
  auto const& frame = *frame_;
  if (frame.is_list && frame.count >= bounds_.array_length_max) {
    return refuse(CodecErrc::too_large, "the array has too many elements");
  }
  auto const* const shape = frame.shape;
  auto const is_of_row = frame.row != nullptr;
  auto const is_element = shape != nullptr && shape->kind != Kind::object;
  if (!is_of_row && !is_element) return true;

  auto const& expected = is_of_row ? *frame.row : shape->element;
  if (!matches(expected.kind, found)) {
    row = nullptr;
    return expected.rule == Rule::extension || refuse_found(CodecErrc::wrong_type, expected.kind, name(found));
  }
  row = &expected;
  if (frame.is_list && elements_++ / all_elements_factor >= bounds_.array_length_max) {
    return refuse(CodecErrc::too_large, "all arrays together have too many elements");
  }
  return true;
}

}  // namespace sallyport::wire
