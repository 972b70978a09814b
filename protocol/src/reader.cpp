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

std::optional<CodecError> Reader::read(Shape const& shape, void* message) {
  root_ = {&shape, message};
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
  Place where;
  if (!place(Found::text, where)) return false;
  if (where.shape == nullptr) return true;
  if (text.empty() && frame_->row != nullptr && frame_->row->rule == Rule::filled) {
    return refuse(CodecErrc::missing_member, "expected a string, found an empty one");
  }
  where.shape->set_text(where.target, text);
  return true;
}

inline bool Reader::number() {
  std::string_view number;
  if (!scanner_.take_number(number)) return refuse_token();
  Place where;
  if (!place(Found::number, where)) return false;
  if (where.shape == nullptr) return true;
  if (where.shape->kind == Kind::number) {
    auto const value = double_of(number);
    if (!value) return refuse(CodecErrc::number_out_of_range, "the number is too large for a double");
    as<double>(where.target) = *value;
    return true;
  }
  auto const value = integer_of(number);
  if (!value && value.error() == NumberFault::fraction) {
    return refuse(CodecErrc::wrong_type, "expected an integer, found a fraction");
  }
  if (!value || !where.shape->set_integer(where.target, *value)) {
    return refuse(CodecErrc::number_out_of_range, "the integer is out of range");
  }
  return true;
}

bool Reader::boolean(bool value) {
  Place where;
  if (!place(Found::boolean, where)) return false;
  if (where.shape != nullptr) as<bool>(where.target) = value;
  return true;
}

bool Reader::null() {
  auto const is_member = frame_ != nullptr && frame_->place.shape != nullptr && !frame_->is_list;
  if (!is_member) {
    Place where;
    return place(Found::null, where);
  }
  auto const* row = frame_->row;
  if (row != nullptr && (row->rule == Rule::required || row->rule == Rule::filled)) {
    return refuse_found(CodecErrc::missing_member, row->shape->kind, "null");
  }
  return true;
}

inline bool Reader::list() {
  Place where;
  if (!open(Found::list, where)) return false;
  Frame frame{.outer = frame_, .place = where, .is_list = true};
  frame_ = &frame;
  return elements(frame);
}

inline bool Reader::object() {
  Place where;
  if (!open(Found::object, where)) return false;
  Frame frame{.outer = frame_, .place = where, .is_list = false};
  frame_ = &frame;
  return members(frame);
}

// The depth is a bound of our own stack too, so it comes first.
inline bool Reader::open(Found found, Place& where) {
  if (depth_ >= bounds_.depth_max) {
    return refuse_at_byte(CodecErrc::too_deep, "the text nests too deep", scanner_.position());
  }
  if (!place(found, where)) return false;
  ++depth_;
  return scanner_.take(found == Found::list ? '[' : '{');
}

inline bool Reader::elements(Frame& frame) {
  if (scanner_.take(']')) return close(frame);
  do {
    if (!value()) return false;
    ++frame.count;
  } while (scanner_.take(','));
  return scanner_.take(']') ? close(frame) : refuse_token();
}

inline bool Reader::members(Frame& frame) {
  if (scanner_.take('}')) return close(frame);
  do {
    if (!key(frame) || !value()) return false;
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
    if ((frame.seen & bit) != 0) return refuse(CodecErrc::syntax, "the member appears twice");
    frame.seen |= bit;
  }
  return true;
}

// Almost every key is one of the table's, followed by its colon: then the bytes are compared and nothing is looked for.
// Members mostly come in the order of the description, so the search goes on where the last one ended.
inline Member const* Reader::known_key(Frame& frame) noexcept {
  if (frame.place.shape == nullptr || scanner_.peek() != '"') return nullptr;
  auto const rows = frame.place.shape->rows;
  auto const text = scanner_.rest();
  auto const initial = text.size() < 2 ? '"' : text[1];
  auto next = frame.next_row;
  for (auto left = rows.size(); left > 0; --left, ++next) {
    if (next >= rows.size()) next = 0;
    auto const& row = rows[next];
    if (row.key[2] != initial) continue;
    auto const key = std::string_view(row.key.data(), row.name.size() + 4).substr(1);
    if (!same(text.substr(0, key.size()), key)) continue;
    if (row.name.size() > bounds_.string_bytes_max) return nullptr;
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
  if (!scanner_.take_string(key)) return refuse_token();
  if (key.size() > bounds_.string_bytes_max) return refuse(CodecErrc::too_large, "a key is too long");
  frame.is_in_member = true;
  auto const [holder, target] = frame.place;
  if (holder != nullptr) {
    auto const has_name = [key](Member const& row) { return row.name == key; };
    auto const row = std::find_if(holder->rows.begin(), holder->rows.end(), has_name);
    if (row != holder->rows.end()) {
      frame.row = &*row;
      frame.next_row = static_cast<std::size_t>(row - holder->rows.begin()) + 1;
    }
    if (holder->kind == Kind::members) as<SecretMembers>(target).emplace_back(key, std::nullopt);
  }
  return scanner_.take(':') || refuse_token();
}

bool Reader::close(Frame& frame) {
  if (auto const* const shape = frame.place.shape; shape != nullptr) {
    if (shape->kind == Kind::members && !check_keys(frame)) return false;
    if (shape->kind == Kind::object && !(check_rows(frame) && uncover_base64(frame))) return false;
  }
  frame_ = frame.outer;
  --depth_;
  return true;
}

// A value of a row is here only where it is of another type than the row says.
bool Reader::odd_place(Found found, Place& where) {
  if (frame_ == nullptr) {
    where = root_;
    return matches(root_.shape->kind, found) || refuse_found(CodecErrc::wrong_type, root_.shape->kind, name(found));
  }
  auto const& frame = *frame_;
  if (frame.is_list && frame.count >= bounds_.array_length_max) {
    return refuse(CodecErrc::too_large, "the array has too many elements");
  }
  auto const [holder, target] = frame.place;
  if (holder == nullptr || (holder->kind == Kind::object && frame.row == nullptr)) return true;

  auto const& expected = holder->kind == Kind::object ? *frame.row->shape
                         : holder->kind == Kind::list ? *holder->element
                                                      : shape<Secret>;
  if (!matches(expected.kind, found)) {
    if (frame.row != nullptr && frame.row->rule == Rule::extension) return true;
    return refuse_found(CodecErrc::wrong_type, expected.kind, name(found));
  }
  where.shape = &expected;
  if (holder->kind == Kind::members) {
    where.target = &as<SecretMembers>(target).back().second.emplace();
  } else if (elements_++ / all_elements_factor >= bounds_.array_length_max) {
    return refuse(CodecErrc::too_large, "all arrays together have too many elements");
  } else {
    where.target = holder->append(target);
  }
  return true;
}

}  // namespace sallyport::wire
