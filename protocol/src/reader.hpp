#pragma once

#include <sallyport/protocol/codec.hpp>

#include "path.hpp"
#include "scanner.hpp"
#include "shape.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::wire {

/// Walks a text and the table of a message together, and fills the message as it goes: no tree in between, so that the
/// only copies of a secret are the text and the message. It knows at every byte at which path it is.
class Reader {
public:
  Reader(std::string_view text, WireBounds const& bounds) noexcept : text_(text), bounds_(bounds), scanner_(text) {}

  /// Reads the whole text into a message of that shape, or says what was refused and where.
  [[nodiscard]] std::optional<CodecError> read(Shape const& shape, void* message);

private:
  /// What a value turned out to be.
  enum class Found : std::uint8_t { null, boolean, number, text, list, object };

  /// Where a value goes; nowhere if it is passed over.
  struct Place {
    Shape const* shape = nullptr;
    void* target = nullptr;
  };

  /// A list or an object that is open. One without a shape is passed over with all that is in it.
  struct Frame {
    Frame* outer;
    Place place;
    bool is_list;
    bool is_in_member = false;    ///< Between a key and the end of its value.
    std::uint32_t seen = 0;       ///< A bit for each row that had its turn.
    std::size_t count = 0;        ///< Elements that are complete, or members that have begun.
    Member const* row = nullptr;  ///< The row of that member, if it has one.
    std::size_t next_row = 0;     ///< Where the search for the next one begins.
    char const* key = nullptr;    ///< Where its key begins in the text.
  };

  static std::string_view name(Found found) noexcept;
  static std::string_view name(Kind kind) noexcept;
  /// Whether a kind, in the order of the enum, is what was found.
  static constexpr bool matches(Kind kind, Found found) noexcept;

  bool value();
  bool text();
  bool number();
  bool boolean(bool value);
  bool null();
  bool list();
  bool object();
  bool open(Found found, Place& where);
  bool elements(Frame& frame);
  bool members(Frame& frame);
  bool key(Frame& frame);
  Member const* known_key(Frame& frame) noexcept;
  bool odd_key(Frame& frame);
  bool close(Frame& frame);
  bool place(Found found, Place& where);
  bool odd_place(Found found, Place& where);

  bool check_rows(Frame& frame);
  bool check_keys(Frame& frame);
  bool uncover_base64(Frame& frame);

  void add_steps(Path& path, Frame const* frame) const;
  // Cold, so that the path of a text that is right stays short.
  [[gnu::cold]] bool refuse(CodecErrc code, std::string_view detail);
  [[gnu::cold]] bool refuse_at_byte(CodecErrc code, std::string_view detail, std::size_t byte);
  [[gnu::cold]] bool refuse_found(CodecErrc code, Kind expected, std::string_view found);
  [[gnu::cold]] bool refuse_token();

  std::string_view text_;
  WireBounds bounds_;
  Scanner scanner_;
  Place root_;
  Frame* frame_ = nullptr;  ///< The innermost that is open.
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
  std::optional<CodecError> refusal_;
};

constexpr bool Reader::matches(Kind kind, Found found) noexcept {
  constexpr std::array wanted = {Found::text, Found::boolean, Found::number, Found::number,
                                 Found::list, Found::object,  Found::object};
  return wanted[static_cast<std::size_t>(kind)] == found;
}

// Almost every value belongs to a row and is what the row says.
inline bool Reader::place(Found found, Place& where) {
  auto const* const row = frame_ == nullptr ? nullptr : frame_->row;
  if (row == nullptr || !matches(row->shape->kind, found)) return odd_place(found, where);
  where = {row->shape, row->emplace(frame_->place.target)};
  return true;
}

}  // namespace sallyport::wire
