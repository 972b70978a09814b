#pragma once

// How the tables of messages.cpp get from a pointer to member to a row: all code that knows both the C++ type and its
// erased form is here.

#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/wire_enum.hpp>

#include "shape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
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

inline void set(std::string& text, std::string_view value) {
  text.assign(value);
}
inline void set(Secret& text, std::string_view value) {
  text = Secret(value);
}
template <WireEnum E>
void set(Open<E>& text, std::string_view value) {
  text = Open<E>::from_wire(value);
}

inline std::string_view get(std::string const& text) noexcept {
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
constexpr Shape text_shape() noexcept {
  Shape shape{};
  shape.kind = Kind::text;
  shape.set_text = [](void* text, std::string_view value) { set(as<T>(text), value); };
  shape.text = [](void const* text) { return get(as<T>(text)); };
  return shape;
}

template <class T>
constexpr Shape integer_shape() noexcept {
  Shape shape{};
  shape.kind = Kind::integer;
  shape.set_integer = [](void* integer, std::int64_t value) {
    if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return false;
    as<T>(integer) = static_cast<T>(value);
    return true;
  };
  shape.integer = [](void const* integer) { return std::int64_t{as<T>(integer)}; };
  return shape;
}

template <class List>
constexpr Shape list_shape(Shape const& element) noexcept {
  Shape shape{};
  shape.kind = Kind::list;
  shape.element = &element;
  shape.append = [](void* list) -> void* { return &as<List>(list).emplace_back(); };
  shape.length = [](void const* list) { return as<List>(list).size(); };
  shape.at = [](void const* list, std::size_t index) -> void const* { return &as<List>(list)[index]; };
  return shape;
}

constexpr Shape plain_shape(Kind kind) noexcept {
  Shape shape{};
  shape.kind = kind;
  return shape;
}

consteval Shape object_shape(std::span<Member const> rows) {
  if (rows.size() > 32) throw "the reader keeps the rows that it saw in 32 bits";
  Shape shape{};
  shape.kind = Kind::object;
  shape.rows = rows;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto const rule = rows[row].rule;
    auto const is_demanded = rule == Rule::required || rule == Rule::filled || rule == Rule::nullable;
    if (is_demanded) shape.demanded |= std::uint32_t{1} << row;
  }
  return shape;
}

/// The shape of a type; a message adds its own by specialising it.
template <class T>
inline constexpr Shape shape = text_shape<T>();
template <>
inline constexpr Shape shape<bool> = plain_shape(Kind::boolean);
template <>
inline constexpr Shape shape<double> = plain_shape(Kind::number);
template <>
inline constexpr Shape shape<std::int32_t> = integer_shape<std::int32_t>();
template <>
inline constexpr Shape shape<std::int64_t> = integer_shape<std::int64_t>();
template <class T>
inline constexpr Shape shape<std::vector<T>> = list_shape<std::vector<T>>(shape<T>);
template <>
inline constexpr Shape shape<SecretMembers> = plain_shape(Kind::members);

template <class Pointer>
struct PointedTo;
template <class Object_, class Value_>
struct PointedTo<Value_ Object_::*> {
  using Object = Object_;
  using Value = Value_;
};

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

template <auto Pointer>
void* emplace_member(void* object) {
  using Pointed = PointedTo<decltype(Pointer)>;
  using Value = typename Pointed::Value;
  auto& value = as<typename Pointed::Object>(object).*Pointer;
  if constexpr (std::is_same_v<Value, typename Unwrapped<Value>::Type>) {
    return &value;
  } else {
    return &value.emplace();
  }
}

template <auto Pointer>
void const* find_member(void const* object) {
  using Pointed = PointedTo<decltype(Pointer)>;
  using Value = typename Pointed::Value;
  auto const& value = as<typename Pointed::Object>(object).*Pointer;
  if constexpr (std::is_same_v<Value, typename Unwrapped<Value>::Type>) {
    return &value;
  } else {
    return value ? &*value : nullptr;
  }
}

consteval std::array<char, name_bytes_max + 4> key_of(std::string_view name) {
  if (name.size() > name_bytes_max) throw "a member has a longer name than the writer has room for";
  std::array<char, name_bytes_max + 4> key{',', '"'};
  std::copy(name.begin(), name.end(), key.begin() + 2);
  key[name.size() + 2] = '"';
  key[name.size() + 3] = ':';
  return key;
}

/// The row of the member that `Pointer` points to.
template <auto Pointer>
consteval Member member(std::string_view name, Rule rule = Rule::optional) {
  using Value = typename PointedTo<decltype(Pointer)>::Value;
  return {name,
          key_of(name),
          rule,
          &shape<typename Unwrapped<Value>::Type>,
          &emplace_member<Pointer>,
          &find_member<Pointer>};
}

}  // namespace sallyport::wire
