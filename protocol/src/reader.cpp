#include "reader.hpp"

#include "number.hpp"
#include "path.hpp"
#include "shapes.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::wire {
namespace {

/// Lists in lists multiply: `{}` is two bytes of text and may be a kilobyte of message. All lists together may have
/// this many times the elements that one may have.
constexpr std::size_t all_elements_factor = 4;

}  // namespace

Reader::Reader(Shape const& shape, void* message, WireBounds const& bounds)
    : shape_(shape), message_(message), bounds_(bounds) {
  frames_.reserve(std::min<std::size_t>(bounds.depth_max, 8));
}

CodecError Reader::refusal_here(CodecErrc code, std::string detail) const {
  Path path;
  for (auto const& frame : frames_) {
    if (frame.is_list) {
      path.add_index(frame.count);
    } else if (frame.is_in_member) {
      path.add_key(frame.row != nullptr ? frame.row->name : frame.key);
    }
  }
  return {code, path.text(), std::move(detail)};
}

bool Reader::refuse(CodecErrc code, std::string detail, ErrorCode& ec) {
  refusal_ = refusal_here(code, std::move(detail));
  ec = make_error_code(code);
  return false;
}

bool Reader::refuse_type(Kind expected, Found found, ErrorCode& ec) {
  auto detail = "expected " + std::string(name(expected)) + ", found " + std::string(name(found));
  return refuse(CodecErrc::wrong_type, std::move(detail), ec);
}

bool Reader::on_array_begin(ErrorCode& ec) {
  return open(Found::list, ec);
}
bool Reader::on_array_end(std::size_t, ErrorCode& ec) {
  return close(ec);
}
bool Reader::on_object_begin(ErrorCode& ec) {
  return open(Found::object, ec);
}
bool Reader::on_object_end(std::size_t, ErrorCode& ec) {
  return close(ec);
}

bool Reader::open(Found found, ErrorCode& ec) {
  auto const where = place(found, ec);
  if (!where) return false;
  frames_.push_back({*where, found == Found::list, 0, false, nullptr, {}, 0});
  return true;
}

bool Reader::close(ErrorCode& ec) {
  auto& frame = frames_.back();
  if (frame.place.shape != nullptr) {
    if (frame.place.shape->kind == Kind::members && !check_keys(frame, ec)) return false;
    if (frame.place.shape->kind == Kind::object && !(check_rows(frame, ec) && uncover_base64(frame, ec))) return false;
  }
  frames_.pop_back();
  return finish_value();
}

bool Reader::finish_value() {
  if (frames_.empty()) return true;
  auto& frame = frames_.back();
  if (frame.is_list) ++frame.count;
  frame.is_in_member = false;
  return true;
}

std::optional<Reader::Place> Reader::place(Found found, ErrorCode& ec) {
  if (frames_.empty()) {
    if (matches(shape_.kind, found)) return Place{&shape_, message_};
    refuse_type(shape_.kind, found, ec);
    return std::nullopt;
  }
  auto& frame = frames_.back();
  if (frame.is_list && frame.count >= bounds_.array_length_max) {
    refuse(CodecErrc::too_large, "the array has too many elements", ec);
    return std::nullopt;
  }
  auto const [holder, target] = frame.place;
  if (holder == nullptr || (holder->kind == Kind::object && frame.row == nullptr)) return Place{nullptr, nullptr};

  auto const& expected = holder->kind == Kind::list      ? *holder->element
                         : holder->kind == Kind::members ? shape<Secret>
                                                         : *frame.row->shape;
  if (!matches(expected.kind, found)) {
    if (frame.row != nullptr && frame.row->rule == Rule::extension) return Place{nullptr, nullptr};
    refuse_type(expected.kind, found, ec);
    return std::nullopt;
  }
  if (holder->kind == Kind::members) return Place{&expected, &as<SecretMembers>(target).back().second.emplace()};
  if (holder->kind == Kind::object) return Place{&expected, frame.row->emplace(target)};
  if (elements_++ / all_elements_factor >= bounds_.array_length_max) {
    refuse(CodecErrc::too_large, "all arrays together have too many elements", ec);
    return std::nullopt;
  }
  return Place{&expected, holder->append(target)};
}

bool Reader::on_key_part(StringView part, std::size_t size, ErrorCode& ec) {
  if (size > bounds_.string_bytes_max) return refuse(CodecErrc::too_large, "a key is too long", ec);
  parts_.append(part);
  return true;
}

bool Reader::on_key(StringView part, std::size_t size, ErrorCode& ec) {
  if (part.size() == size && size <= bounds_.string_bytes_max) return key(part, ec);
  if (!on_key_part(part, size, ec)) return false;
  auto const whole = std::exchange(parts_, Secret());
  return key(whole.reveal(), ec);
}

bool Reader::key(std::string_view key, ErrorCode& ec) {
  auto& frame = frames_.back();
  auto const [holder, target] = frame.place;
  frame.is_in_member = true;
  frame.row = nullptr;
  if (holder != nullptr) {
    auto const has_name = [key](Member const& row) { return row.name == key; };
    auto const row = std::find_if(holder->rows.begin(), holder->rows.end(), has_name);
    if (row != holder->rows.end()) frame.row = &*row;
  }
  if (frame.row == nullptr) frame.key = key.substr(0, Path::key_bytes_max + 1);
  if (frame.count++ >= bounds_.array_length_max) {
    return refuse(CodecErrc::too_large, "the object has too many members", ec);
  }
  if (frame.row != nullptr) {
    auto const bit = std::uint32_t{1} << (frame.row - holder->rows.data());
    if ((frame.seen & bit) != 0) return refuse(CodecErrc::syntax, "the member appears twice", ec);
    frame.seen |= bit;
  }
  if (holder != nullptr && holder->kind == Kind::members) {
    as<SecretMembers>(target).emplace_back(key, std::nullopt);
  }
  return true;
}

bool Reader::on_string_part(StringView part, std::size_t size, ErrorCode& ec) {
  if (size > bounds_.string_bytes_max) {
    return refuse(CodecErrc::too_large, "the string is too long", ec);
  }
  parts_.append(part);
  return true;
}

bool Reader::on_string(StringView part, std::size_t size, ErrorCode& ec) {
  if (part.size() != size || size > bounds_.string_bytes_max) {
    if (!on_string_part(part, size, ec)) return false;
  }
  auto const whole = std::exchange(parts_, Secret());
  auto const text = whole.empty() ? std::string_view(part) : whole.reveal();
  auto const where = place(Found::text, ec);
  if (!where) return false;
  if (where->shape != nullptr) {
    if (text.empty() && frames_.back().row != nullptr && frames_.back().row->rule == Rule::filled) {
      return refuse(CodecErrc::missing_member, "expected a string, found an empty one", ec);
    }
    where->shape->set_text(where->target, text);
  }
  return finish_value();
}

bool Reader::on_int64(std::int64_t, StringView text, ErrorCode& ec) {
  return number(text, ec);
}
bool Reader::on_uint64(std::uint64_t, StringView text, ErrorCode& ec) {
  return number(text, ec);
}
bool Reader::on_double(double, StringView text, ErrorCode& ec) {
  return number(text, ec);
}

bool Reader::number(std::string_view text, ErrorCode& ec) {
  auto const where = place(Found::number, ec);
  if (!where) return false;
  if (where->shape == nullptr) return finish_value();
  if (where->shape->kind == Kind::number) {
    auto const value = double_of(text);
    if (!value) return refuse(CodecErrc::number_out_of_range, "the number is too large for a double", ec);
    as<double>(where->target) = *value;
    return finish_value();
  }
  auto const value = integer_of(text);
  if (!value && value.error() == NumberFault::fraction) {
    return refuse(CodecErrc::wrong_type, "expected an integer, found a fraction", ec);
  }
  if (!value || !where->shape->set_integer(where->target, *value)) {
    return refuse(CodecErrc::number_out_of_range, "the integer is out of range", ec);
  }
  return finish_value();
}

bool Reader::on_bool(bool value, ErrorCode& ec) {
  auto const where = place(Found::boolean, ec);
  if (!where) return false;
  if (where->shape != nullptr) as<bool>(where->target) = value;
  return finish_value();
}

bool Reader::on_null(ErrorCode& ec) {
  auto const is_optional = !frames_.empty() && frames_.back().place.shape != nullptr && !frames_.back().is_list;
  if (!is_optional) return place(Found::null, ec).has_value() && finish_value();
  auto const* row = frames_.back().row;
  if (row != nullptr && (row->rule == Rule::required || row->rule == Rule::filled)) {
    return refuse(CodecErrc::missing_member, "expected " + std::string(name(row->shape->kind)) + ", found null", ec);
  }
  return finish_value();
}

}  // namespace sallyport::wire
