#include "reader.hpp"

#include "base64.hpp"
#include "path.hpp"
#include "shapes.hpp"
#include "utf8.hpp"

#include <algorithm>

// What is looked at when an object is complete.

namespace sallyport::wire {
namespace {

bool is_demanded(Rule rule) noexcept {
  return rule == Rule::required || rule == Rule::filled || rule == Rule::nullable;
}

}  // namespace

bool Reader::check_rows(Frame& frame, ErrorCode& ec) {
  std::uint32_t bit = 1;
  for (auto const& row : frame.place.shape->rows) {
    if (is_demanded(row.rule) && (frame.seen & bit) == 0) {
      frame.row = &row;
      frame.is_in_member = true;
      return refuse(CodecErrc::missing_member, "expected " + std::string(name(row.shape->kind)) + ", found nothing",
                    ec);
    }
    bit <<= 1U;
  }
  return true;
}

bool Reader::check_keys(Frame& frame, ErrorCode& ec) {
  std::vector<std::string_view> keys;
  for (auto const& [key, value] : as<SecretMembers>(frame.place.target)) keys.emplace_back(key);
  std::sort(keys.begin(), keys.end());
  auto const twin = std::adjacent_find(keys.begin(), keys.end());
  if (twin == keys.end()) return true;
  frame.is_in_member = true;
  frame.row = nullptr;
  frame.key = twin->substr(0, Path::key_bytes_max + 1);
  return refuse(CodecErrc::syntax, "the member appears twice", ec);
}

bool Reader::uncover_base64(Frame& frame, ErrorCode& ec) {
  auto const [holder, target] = frame.place;
  if (holder->is_base64 == nullptr || !holder->is_base64(target)) return true;
  for (auto const& row : holder->rows) {
    auto const* text = row.rule == Rule::sensitive ? row.find(target) : nullptr;
    if (text == nullptr) continue;
    frame.row = &row;
    frame.is_in_member = true;
    auto const clear = decode_base64(row.shape->text(text));
    if (!clear) return refuse(CodecErrc::bad_base64, "expected Base64, found something else", ec);
    if (utf8_prefix(clear->reveal()) != clear->size()) {
      return refuse(CodecErrc::bad_utf8, "what the Base64 stands for is not UTF-8", ec);
    }
    row.shape->set_text(row.emplace(target), clear->reveal());
  }
  return true;
}

bool Reader::matches(Kind kind, Found found) noexcept {
  switch (kind) {
    case Kind::text: return found == Found::text;
    case Kind::boolean: return found == Found::boolean;
    case Kind::integer:
    case Kind::number: return found == Found::number;
    case Kind::list: return found == Found::list;
    case Kind::object:
    case Kind::members: return found == Found::object;
  }
  return false;
}

std::string_view Reader::name(Kind kind) noexcept {
  switch (kind) {
    case Kind::text: return "a string";
    case Kind::boolean: return "a boolean";
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
