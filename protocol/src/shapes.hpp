#pragma once

// How the lists of messages.hpp become the rows of a table: all code that knows both the C++ type and its erased form
// is here.

#include "messages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace sallyport::wire {

template <class T>
T& as(void* place) noexcept {
  return *static_cast<T*>(place);
}

template <class T>
T const& as(void const* place) noexcept {
  return *static_cast<T const*>(place);
}

template <class T>
inline constexpr bool is_message = !std::is_null_pointer_v<std::remove_const_t<decltype(members<T>)>>;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = !std::is_same_v<std::vector<T>, SecretMembers>;

// What is not a text is filled by the reader itself.
template <class T>
void* put(T& place, std::string_view) noexcept {
  return &place;
}
inline void* put(std::string& place, std::string_view text) {
  place.assign(text);
  return &place;
}
inline void* put(Secret& place, std::string_view text) {
  place = Secret(text);
  return &place;
}
template <WireEnum E>
void* put(Open<E>& place, std::string_view text) {
  place = Open<E>::from_wire(text);
  return &place;
}
// Not inline, so that what a member has of its own is a jump to what all members of its type share.
template <class T>
[[gnu::noinline]] void* put(std::optional<T>& place, std::string_view text) {
  if constexpr (std::is_constructible_v<T, std::string_view>) {
    place.emplace(text);
  } else if constexpr (is_message<T>) {
    place.emplace(Fresh<T>());
  } else {
    put(place.emplace(), text);
  }
  return &*place;
}

template <class T>
void take_back(std::optional<T>& place, std::size_t /*kept*/) noexcept {
  place.reset();
}
template <class T>
void take_back(std::vector<T>& list, std::size_t kept) noexcept {
  while (list.size() > kept) list.pop_back();
}
template <class T>
void take_back(T& /*place*/, std::size_t /*kept*/) noexcept {}  // A member that must be there is never left out.

inline std::string_view get(std::string const& text) noexcept {
  return text;
}
inline std::string_view get(std::string_view text) noexcept {
  return text;
}
inline std::string_view get(Secret const& text) noexcept {
  return text.reveal();
}
template <WireEnum E>
std::string_view get(Open<E> const& text) noexcept {
  return text.spelling();
}

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

template <class Pointer>
struct PointedTo;
template <class Object_, class Value_>
struct PointedTo<Value_ Object_::*> {
  using Object = Object_;
  using Value = Value_;
};

template <class T>
constexpr Kind kind_of() {
  if (std::is_same_v<T, bool>) return Kind::boolean;
  if (std::is_same_v<T, std::int32_t>) return Kind::small_integer;
  if (std::is_same_v<T, std::int64_t>) return Kind::integer;
  if (std::is_same_v<T, double>) return Kind::number;
  if (std::is_same_v<T, SecretMembers>) return Kind::members;
  if (is_list<T>) return Kind::list;
  if (is_message<T>) return Kind::object;
  return Kind::text;
}

template <class T>
consteval Shape describe();
template <class T>
inline constexpr Shape shape = describe<T>();

template <class T>
constexpr Shape const* shape_inside() {
  if constexpr (is_message<T> || is_list<T> || std::is_same_v<T, SecretMembers>) return &shape<T>;
  return nullptr;
}

/// A row without a name.
template <class T>
constexpr Member unnamed(void* (*add)(void* holder, std::string_view text),
                         void (*drop)(void* holder, std::size_t kept) = nullptr) {
  Member row;
  row.add = add;
  row.drop = drop;
  row.shape = shape_inside<T>();
  row.kind = kind_of<T>();
  return row;
}

template <auto Pointer>
constexpr Member row_of(Described<Pointer> described) {
  using Pointed = PointedTo<decltype(Pointer)>;
  auto const name = described.name;
  if (name.size() > name_bytes_max) throw "a member has a longer name than the writer has room for";
  auto row = unnamed<typename Unwrapped<typename Pointed::Value>::Type>(
      [](void* object, std::string_view text) { return put(as<typename Pointed::Object>(object).*Pointer, text); },
      [](void* object, std::size_t kept) { take_back(as<typename Pointed::Object>(object).*Pointer, kept); });
  row.key = {',', '"'};
  std::copy(name.begin(), name.end(), row.key.begin() + 2);
  row.key[name.size() + 2] = '"';
  row.key[name.size() + 3] = ':';
  row.rule = described.rule;
  row.name_bytes = static_cast<std::uint8_t>(name.size());
  return row;
}

template <class Message>
inline constexpr auto rows = std::apply(
    [](auto... described) { return std::array<Member, sizeof...(described)>{row_of(described)...}; }, members<Message>);

template <auto Pointer, class Object>
void take_sensitive(Described<Pointer> described, Object const& object, std::optional<std::string_view>& text) {
  using Value = typename PointedTo<decltype(Pointer)>::Value;
  if constexpr (std::is_same_v<Value, std::optional<Secret>> || std::is_same_v<Value, std::optional<std::string>>) {
    if (described.rule == Rule::sensitive && object.*Pointer) text = get(*(object.*Pointer));
  }
}

template <class Message>
std::optional<std::string_view> sensitive_text(void const* object, std::size_t row) {
  std::optional<std::string_view> text;
  std::size_t at = 0;
  std::apply(
      [&](auto... described) { ((at++ == row ? take_sensitive(described, as<Message>(object), text) : void()), ...); },
      members<Message>);
  return text;
}

template <auto... Pointers>
consteval bool all_begin_by_themselves(std::tuple<Described<Pointers>...>) {
  return (!std::is_trivially_default_constructible_v<typename PointedTo<decltype(Pointers)>::Value> && ...);
}

template <class Message>
consteval Shape describe_message() {
  static_assert(all_begin_by_themselves(members<Message>), "a fresh message would hold what was there before");
  static_assert(rows<Message>.size() <= 32, "the reader keeps the rows that it saw in 32 bits");
  Shape shape;
  shape.rows = rows<Message>;
  shape.is_whole = is_whole<Message>;
  for (std::size_t row = 0; row < shape.rows.size(); ++row) {
    auto const rule = shape.rows[row].rule;
    auto const is_demanded = rule == Rule::required || rule == Rule::filled || rule == Rule::nullable;
    if (is_demanded) shape.demanded |= std::uint32_t{1} << row;
  }
  if constexpr (base64_flag<Message> != nullptr) {
    shape.is_base64 = [](void const* object) { return (as<Message>(object).*base64_flag<Message>).value_or(false); };
    shape.sensitive = sensitive_text<Message>;
  }
  return shape;
}

template <class T>
consteval Shape describe() {
  if constexpr (is_message<T>) {
    return describe_message<T>();
  } else {
    Shape shape;
    shape.kind = kind_of<T>();
    if constexpr (is_list<T>) {
      shape.element = unnamed<typename T::value_type>(
          [](void* list, std::string_view text) { return put(as<T>(list).emplace_back(), text); },
          [](void* list, std::size_t kept) { take_back(as<T>(list), kept); });
    } else {
      shape.element =
          unnamed<Secret>([](void* pairs, std::string_view text) { return put(as<T>(pairs).back().second, text); });
    }
    return shape;
  }
}

/// The row of a text that is a message.
template <class Message>
inline constexpr Member root = unnamed<Message>([](void* message, std::string_view) { return message; });

}  // namespace sallyport::wire
