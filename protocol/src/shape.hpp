#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sallyport::wire {

/// What a value is in JSON; `members` is an object whose keys are the sender's own.
enum class Kind : std::uint8_t { text, boolean, integer, number, list, object, members };

/// What the description says of a member beside its name and its type.
enum class Rule : std::uint8_t {
  optional,    ///< May be absent or null; left out where unset.
  required,    ///< Must be there and not null.
  filled,      ///< Required, and not the empty string.
  nullable,    ///< Must be there, null where unset.
  sensitive,   ///< Optional, and Base64 on the wire where the object says so.
  deprecated,  ///< Optional, read, never written.
  extension,   ///< Optional and not of the API: passed over where it is of another type than ours.
};

struct Shape;

/// The longest name of a member, so that with a comma, quotes and a colon it is copied in a fixed number of bytes.
inline constexpr std::size_t name_bytes_max = 28;

/// One member of a message: the row that both directions, reading and writing, follow.
struct Member {
  std::string_view name;
  std::array<char, name_bytes_max + 4> key;  ///< `,"name":` and the rest unused.
  Rule rule;
  Shape const* shape;
  void* (*emplace)(void* object);           ///< Sets the member to a fresh value and gives its place.
  void const* (*find)(void const* object);  ///< The value, or null where it is unset.
};

/// How one C++ type looks on the wire. The codec sees messages through this table alone; each function takes the place
/// of an object of that type. Functions that a kind does not use are null.
struct Shape {
  Kind kind;

  void (*set_text)(void* text, std::string_view value);
  std::string_view (*text)(void const* text);

  bool (*set_integer)(void* integer, std::int64_t value);  ///< False where the value does not fit.
  std::int64_t (*integer)(void const* integer);

  Shape const* element;
  void* (*append)(void* list);
  std::size_t (*length)(void const* list);
  void const* (*at)(void const* list, std::size_t index);

  std::span<Member const> rows;
  std::uint32_t demanded;                 ///< A bit for each row whose member must be there.
  bool (*is_base64)(void const* object);  ///< Whether the sensitive members of the object travel as Base64.
};

/// The table of a message.
template <class Message>
[[nodiscard]] Shape const& shape_of() noexcept;

}  // namespace sallyport::wire
