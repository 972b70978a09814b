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

template <class T>
void append_value(Secret& out, T const& value);

template <class T>
void append_list(Secret& out, std::vector<T> const& list) {
  char before = '[';
  for (auto const& element : list) {
    out.push_back(before);
    before = ',';
    append_value(out, element);
  }
  out.append(list.empty() ? "[]" : "]");
}

/// The key of a row behind a brace or a comma. The fixed size makes the copy two instructions.
void append_key(Secret& out, Member const& row, char before) {
  auto* const room = out.prepare(row.key.size());
  std::memcpy(room, row.key.data(), row.key.size());
  *room = before;
  out.commit(row.name_bytes + 4U);
}

// These are not inline, so that a message has hardly more code than a look at each member.
[[gnu::noinline]] void append_null(Secret& out, Member const& row, char before) {
  append_key(out, row, before);
  out.append("null");
}

[[gnu::noinline]] void append_covered(Secret& out, Member const& row, char before, std::string_view text) {
  append_key(out, row, before);
  append_base64(out, text);
}

template <class T>
[[gnu::noinline]] void append_member(Secret& out, Member const& row, char before, T const& value) {
  append_key(out, row, before);
  append_value(out, value);
}

/// Writes the object a member at a time.
template <class Message>
class ObjectWriter {
public:
  ObjectWriter(Secret& out, Message const& object) : out_(out), object_(object) {
    if constexpr (base64_flag<Message> != nullptr) is_base64_ = (object.*base64_flag<Message>).value_or(false);
  }

  void write() {
    write_each(std::make_index_sequence<rows<Message>.size()>());
    out_.append(before_ == '{' ? "{}" : "}");
  }

private:
  template <std::size_t... Index>
  void write_each(std::index_sequence<Index...>) {
    (write_member(std::integral_constant<std::size_t, Index>(), std::get<Index>(members<Message>)), ...);
  }

  template <std::size_t Index, auto Pointer>
  void write_member(std::integral_constant<std::size_t, Index>, Described<Pointer>) {
    constexpr auto const& row = rows<Message>[Index];
    if constexpr (row.rule != Rule::deprecated) {
      if (write_value<row.rule>(row, object_.*Pointer)) before_ = ',';
    }
  }

  template <Rule rule, class T>
  bool write_value(Member const& row, T const& value) {
    append_member(out_, row, before_, value);
    return true;
  }

  template <Rule rule, class T>
  bool write_value(Member const& row, T const* value) {
    if (value != nullptr) append_member(out_, row, before_, *value);
    return value != nullptr;
  }

  template <Rule rule, class T>
  bool write_value(Member const& row, std::optional<T> const& value) {
    if (!value) {
      if constexpr (rule == Rule::nullable) append_null(out_, row, before_);
      return rule == Rule::nullable;
    }
    if constexpr (rule == Rule::sensitive) {
      if (is_base64_) {
        append_covered(out_, row, before_, get(*value));
        return true;
      }
    }
    append_member(out_, row, before_, *value);
    return true;
  }

  Secret& out_;
  Message const& object_;
  char before_ = '{';
  bool is_base64_ = false;
};

template <class T>
void append_value(Secret& out, T const& value) {
  constexpr auto kind = kind_of<T>();
  if constexpr (kind == Kind::text) {
    append_string(out, get(value));
  } else if constexpr (kind == Kind::boolean) {
    out.append(value ? "true" : "false");
  } else if constexpr (kind == Kind::number) {
    append_number(out, value);
  } else if constexpr (kind == Kind::list) {
    append_list(out, value);
  } else if constexpr (kind == Kind::members) {
    append_members(out, value);
  } else if constexpr (kind == Kind::object) {
    ObjectWriter<T>(out, value).write();
  } else {
    append_integer(out, value);
  }
}

}  // namespace
}  // namespace wire

template <class Message>
Secret encode(Message const& message, Secret room) {
  room.reserve(512);
  wire::append_value(room, message);
  return room;
}

#define SALLYPORT_INSTANTIATE(...) template Secret encode(__VA_ARGS__ const& message, Secret room);
SALLYPORT_INSTANTIATE(AuthRequest)
SALLYPORT_INSTANTIATE(AuthRequestView)
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
