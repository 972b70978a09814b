#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sallyport::wire {

/// What a value is in JSON; `members` is an object whose keys are the sender's own, `small_integer` has 32 bits.
enum class Kind : std::uint8_t { text, boolean, small_integer, integer, number, list, object, members };

/// What the description says of a member beside its name and its type.
enum class Rule : std::uint8_t {
  optional,    ///< May be absent or null; left out where unset.
  required,    ///< Must be there and not null.
  filled,      ///< Required, and not the empty string.
  nullable,    ///< Must be there, null where unset.
  sensitive,   ///< Optional, and Base64 on the wire where the object says so.
  deprecated,  ///< Optional, read, never written.
  vital,       ///< Optional, but where it is there and not as described, the message is none.
  extension,   ///< Optional and not of the API: passed over where it is of another type than ours.
};

struct Shape;

/// The longest name of a member, so that with a comma, quotes and a colon it is copied in a fixed number of bytes.
inline constexpr std::size_t name_bytes_max = 28;

/// What follows from the description of one member, without its C++ type. One line of the cache, because a message of
/// three members should not cost a walk through thirty.
struct alignas(64) Member {
  std::array<char, name_bytes_max + 4> key{};  ///< `,"name":` and the rest unused; empty for an element of a list.
  /// Sets the member of that object, or a new element of that list, and gives its place: a text to `text`, anything
  /// else to a fresh value.
  void* (*add)(void* holder, std::string_view text) = nullptr;
  /// Unsets the member of that object, or takes from a list what follows its first `kept` elements.
  void (*drop)(void* holder, std::size_t kept) = nullptr;
  Shape const* shape = nullptr;  ///< Of what is in it; null for what is not composed.
  Kind kind = Kind::text;
  Rule rule = Rule::optional;
  std::uint8_t name_bytes = 0;

  [[nodiscard]] constexpr std::string_view name() const noexcept { return {key.data() + 2, name_bytes}; }
};

/// How a list, an object or a message looks on the wire. The reader sees them through this table alone.
struct Shape {
  Kind kind = Kind::object;
  std::uint32_t demanded = 0;  ///< A bit for each row whose member must be there.
  bool is_whole = false;       ///< Nothing in it may be left out: it is as described, or it is none.
  std::span<Member const> rows;
  /// Null where nothing may travel as Base64; else whether it does, and the text of a sensitive member that is set.
  bool (*is_base64)(void const* object) = nullptr;
  std::optional<std::string_view> (*sensitive)(void const* object, std::size_t row) = nullptr;
  Member element;  ///< Of a list, or of an object whose keys are the sender's own.
};

/// The row of a text that is such a message.
template <class Message>
[[nodiscard]] Member const& root_of() noexcept;

}  // namespace sallyport::wire
