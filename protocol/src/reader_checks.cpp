#include "reader.hpp"

#include "base64.hpp"
#include "shapes.hpp"
#include "utf8.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

// What is looked at when an object is complete, and how the reader says no.

namespace sallyport::wire {

bool Reader::check(Frame& frame) {
  if (frame.shape->kind == Kind::members) return check_keys(frame);
  return check_rows(frame) && uncover_base64(frame);
}

inline bool Reader::check_rows(Frame& frame) {
  auto const missing = frame.shape->demanded & ~frame.seen;
  if (missing == 0) return true;
  frame.row = &frame.shape->rows[static_cast<std::size_t>(std::countr_zero(missing))];
  frame.is_in_member = true;
  return refuse_found(CodecErrc::missing_member, frame.row->kind, "nothing");
}

bool Reader::check_keys(Frame& frame) {
  std::vector<std::string_view> keys;
  for (auto const& [key, value] : as<SecretMembers>(frame.target)) keys.emplace_back(key);
  std::sort(keys.begin(), keys.end());
  auto const twin = std::adjacent_find(keys.begin(), keys.end());
  return twin == keys.end() || refuse_key(*twin, "the member appears twice");
}

inline bool Reader::uncover_base64(Frame& frame) {
  auto const& shape = *frame.shape;
  auto* const target = frame.target;
  if (shape.is_base64 == nullptr || !shape.is_base64(target)) return true;
  for (std::size_t index = 0; index < shape.rows.size(); ++index) {
    auto const text = shape.sensitive(target, index);
    if (!text) continue;
    auto const& row = shape.rows[index];
    frame.row = &row;
    frame.is_in_member = true;
    auto const clear = decode_base64(*text);
    if (!clear) return refuse(CodecErrc::bad_base64, "expected Base64, found something else");
    if (utf8_prefix(clear->reveal()) != clear->size()) {
      return refuse(CodecErrc::bad_utf8, "what the Base64 stands for is not UTF-8");
    }
    row.add(target, clear->reveal());
  }
  return true;
}

void Reader::add_steps(Path& path, Frame const* frame) const {
  if (frame->outer == nullptr) return;
  add_steps(path, frame->outer);
  if (frame->is_list) return path.add_index(frame->count);
  if (!frame->is_in_member) return;
  if (frame->row != nullptr) return path.add_key(frame->row->name());
  Scanner again({frame->key, text_.data() + text_.size()});
  std::string_view key;
  if (again.peek() == '"' && again.take_string(key)) path.add_key(key);
}

bool Reader::refuse(CodecErrc code, std::string_view detail) {
  Path path;
  add_steps(path, frame_);
  refusal_ = CodecError{code, path.text(), std::string(detail)};
  return false;
}

bool Reader::refuse_key(std::string_view key, std::string_view detail) {
  refuse(CodecErrc::syntax, detail);
  Path path;
  add_steps(path, frame_);
  path.add_key(key);
  refusal_->path = path.text();
  return false;
}

bool Reader::refuse_at_byte(CodecErrc code, std::string_view detail, std::size_t byte) {
  return refuse(code, std::string(detail) + " at byte " + std::to_string(byte));
}

bool Reader::refuse_found(CodecErrc code, Kind expected, std::string_view found) {
  return refuse(code, "expected " + std::string(name(expected)) + ", found " + std::string(found));
}

// The scanner calls bad UTF-8 no token either; a second look tells them apart.
bool Reader::refuse_token() {
  auto const stop = scanner_.position();
  if (scanner_.exponent_is_too_large()) {
    return refuse_at_byte(CodecErrc::number_out_of_range, "the exponent is too large", stop);
  }
  auto const prefix = utf8_prefix(text_);
  if (prefix <= stop && prefix < text_.size()) {
    return refuse_at_byte(CodecErrc::bad_utf8, "the text is not UTF-8", prefix);
  }
  auto const* const detail = stop == text_.size() ? "the text ends too early" : "the text is not JSON";
  return refuse_at_byte(CodecErrc::syntax, detail, stop);
}

std::string_view Reader::name(Kind kind) noexcept {
  switch (kind) {
    case Kind::text: return "a string";
    case Kind::boolean: return "a boolean";
    case Kind::small_integer:
    case Kind::integer: return "an integer";
    case Kind::number: return "a number";
    case Kind::list: return "an array";
    case Kind::object:
    case Kind::members: return "an object";
  }
  return "a value";
}

std::string_view Reader::name(Found found) noexcept {
  switch (found) {
    case Found::null: return "null";
    case Found::boolean: return "a boolean";
    case Found::number: return "a number";
    case Found::text: return "a string";
    case Found::list: return "an array";
    case Found::object: return "an object";
  }
  return "a value";
}

}  // namespace sallyport::wire
