#include <sallyport/protocol/codec.hpp>

#include "base64.hpp"
#include "plain.hpp"
#include "shapes.hpp"
#include "utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace sallyport {
namespace wire {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

void append_escape(Secret& out, char byte) {
  static constexpr std::string_view digits = "0123456789abcdef";
  switch (byte) {
    case '"': return out.append("\\\"");
    case '\\': return out.append("\\\\");
    case '\b': return out.append("\\b");
    case '\f': return out.append("\\f");
    case '\n': return out.append("\\n");
    case '\r': return out.append("\\r");
    case '\t': return out.append("\\t");
    default: break;
  }
  auto const bits = static_cast<unsigned char>(byte);
  out.append("\\u00");
  out.push_back(digits[bits >> 4U]);
  out.push_back(digits[bits & 0x0FU]);
}

bool is_escaped(char byte) noexcept {
  return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\';
}

/// The rest of a string, from the first byte that is not plain, and the closing quote. What the host gives is written
/// whatever it is: a byte that is not UTF-8 becomes U+FFFD, because no peer would read it.
void append_odd(Secret& out, std::string_view text) {
  while (!text.empty()) {
    auto const is_odd = is_escaped(text.front());
    auto const sequence = is_odd ? 1 : utf8_sequence(text);
    if (is_odd) {
      append_escape(out, text.front());
    } else {
      out.append(sequence == 0 ? replacement_character : text.substr(0, sequence));
    }
    text.remove_prefix(sequence == 0 ? 1 : sequence);
    auto const plain = copy_plain(text, out.prepare(text.size()));
    out.commit(plain);
    text.remove_prefix(plain);
  }
  out.push_back('"');
}

void append_string(Secret& out, std::string_view text) {
  auto* const room = out.prepare(text.size() + 2);
  *room = '"';
  auto const plain = copy_plain(text, room + 1);
  out.commit(plain + 1);
  if (plain != text.size()) return append_odd(out, text.substr(plain));
  room[plain + 1] = '"';
  out.commit(1);
}

void append_base64(Secret& out, std::string_view text) {
  Secret clear;
  while (!text.empty()) {
    auto const sequence = utf8_sequence(text);
    clear.append(sequence == 0 ? replacement_character : text.substr(0, sequence));
    text.remove_prefix(sequence == 0 ? 1 : sequence);
  }
  append_string(out, encode_base64(clear.reveal()).reveal());
}

/// The shortest text that reads back as the same number. What JSON cannot hold, an infinity or not-a-number, is null.
void append_number(Secret& out, double number) {
  if (!std::isfinite(number)) return out.append("null");
  std::array<char, 32> text{};
  auto const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append({text.data(), end});
}

void append_integer(Secret& out, std::int64_t integer) {
  std::array<char, 20> text{};
  auto const end = std::to_chars(text.data(), text.data() + text.size(), integer).ptr;
  out.append({text.data(), end});
}

void append_members(Secret& out, SecretMembers const& members) {
  char before = '{';
  for (auto const& [key, value] : members) {
    out.push_back(before);
    before = ',';
    append_string(out, key);
    out.push_back(':');
    if (value) {
      append_string(out, value->reveal());
    } else {
      out.append("null");
    }
  }
  out.append(members.empty() ? "{}" : "}");
}

void append_value(Secret& out, Shape const& shape, void const* value);

void append_list(Secret& out, Shape const& shape, void const* list) {
  out.push_back('[');
  for (std::size_t i = 0; i < shape.length(list); ++i) {
    if (i > 0) out.push_back(',');
    append_value(out, *shape.element, shape.at(list, i));
  }
  out.push_back(']');
}

/// The key of a row behind a brace or a comma. The fixed size makes the copy two instructions.
void append_key(Secret& out, Member const& row, char before) {
  auto* const room = out.prepare(row.key.size());
  std::memcpy(room, row.key.data(), row.key.size());
  *room = before;
  out.commit(row.name.size() + 4);
}

void append_object(Secret& out, Shape const& shape, void const* object) {
  bool const is_base64 = shape.is_base64 != nullptr && shape.is_base64(object);
  char before = '{';
  for (auto const& row : shape.rows) {
    auto const* value = row.rule == Rule::deprecated ? nullptr : row.find(object);
    if (value == nullptr && row.rule != Rule::nullable) continue;
    append_key(out, row, before);
    before = ',';
    if (value == nullptr) {
      out.append("null");
    } else if (is_base64 && row.rule == Rule::sensitive) {
      append_base64(out, row.shape->text(value));
    } else {
      append_value(out, *row.shape, value);
    }
  }
  out.append(before == '{' ? "{}" : "}");
}

void append_value(Secret& out, Shape const& shape, void const* value) {
  switch (shape.kind) {
    case Kind::text: return append_string(out, shape.text(value));
    case Kind::boolean: return out.append(as<bool>(value) ? "true" : "false");
    case Kind::integer: return append_integer(out, shape.integer(value));
    case Kind::number: return append_number(out, as<double>(value));
    case Kind::list: return append_list(out, shape, value);
    case Kind::object: return append_object(out, shape, value);
    case Kind::members: return append_members(out, as<SecretMembers>(value));
  }
}

}  // namespace
}  // namespace wire

template <class Message>
Secret encode(Message const& message, Secret room) {
  room.reserve(512);
  wire::append_value(room, wire::shape_of<Message>(), &message);
  return room;
}

#define SALLYPORT_INSTANTIATE(...) template Secret encode(__VA_ARGS__ const& message, Secret room);
SALLYPORT_INSTANTIATE(AuthRequest)
SALLYPORT_INSTANTIATE(PollRequest)
SALLYPORT_INSTANTIATE(AuthenticationScheme)
SALLYPORT_INSTANTIATE(RefreshRequest)
SALLYPORT_INSTANTIATE(RemoveAccountRequest)
SALLYPORT_INSTANTIATE(ProblemDetails)
SALLYPORT_INSTANTIATE(ApiResult<AuthResponse>)
SALLYPORT_INSTANTIATE(ApiResult<AuthPromptResponse>)
SALLYPORT_INSTANTIATE(ApiResult<RefreshResponse>)
SALLYPORT_INSTANTIATE(ApiResult<std::vector<AuthenticationScheme>>)
SALLYPORT_INSTANTIATE(ApiResult<std::vector<HealthStatus>>)
SALLYPORT_INSTANTIATE(ApiResult<NoContent>)
#undef SALLYPORT_INSTANTIATE

}  // namespace sallyport
