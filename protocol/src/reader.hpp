#pragma once

#include <sallyport/protocol/codec.hpp>

#include "path.hpp"
#include "scanner.hpp"
#include "shape.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::wire {

/// Walks a text and the table of a message together, and fills the message as it goes: no tree in between, so that the
/// only copies of a secret are the text and the message. It knows at every byte at which path it is.
class Reader {
public:
  /// With `odd` it is tolerant, and tells there what it left out.
  Reader(std::string_view text, WireBounds const& bounds, std::vector<OddMember>* odd = nullptr) noexcept
      : text_(text), bounds_(bounds), scanner_(text), odd_(odd) {}

  /// Reads the whole text into a message with that row, or says what was refused and where.
  [[nodiscard]] std::optional<CodecError> read(Member const& root, void* message);

private:
  /// What a value turned out to be.
  enum class Found : std::uint8_t { null, boolean, number, text, list, object };

  /// A list or an object that is open; the outermost holds the message. One without a shape is passed over with all
  /// that is in it.
  struct Frame {
    Frame* outer;
    Shape const* shape;
    void* target;
    bool is_list;
    bool is_whole = false;        ///< Nothing in it is left out.
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
  bool open(Found found, Frame& frame);
  bool elements(Frame& frame);
  bool members(Frame& frame);
  bool key(Frame& frame);
  Member const* known_key(Frame& frame) noexcept;
  bool odd_key(Frame& frame);
  bool close(Frame& frame);
  bool place(Found found, Member const*& row);
  bool odd_place(Found found, Member const*& row);

  // Where a reader is tolerant. Cold: almost every reply is as described.
  [[gnu::cold]] bool salvage(Frame& frame, char const* begin, std::size_t depth, std::size_t kept);
  [[gnu::cold]] bool read_otherwise(Frame& frame, Member const& row);
  [[gnu::cold]] bool pass_over_twin(Frame& frame);
  [[gnu::cold]] void note_odd(bool is_left_out);

  bool check(Frame& frame);
  bool check_rows(Frame& frame);
  bool check_keys(Frame& frame);
  bool uncover_base64(Frame& frame);

  void add_steps(Path& path, Frame const* frame) const;
  // Cold, so that the path of a text that is right stays short.
  [[gnu::cold]] bool refuse(CodecErrc code, std::string_view detail);
  [[gnu::cold]] bool refuse_key(std::string_view key, std::string_view detail);
  [[gnu::cold]] bool refuse_at_byte(CodecErrc code, std::string_view detail, std::size_t byte);
  [[gnu::cold]] bool refuse_found(CodecErrc code, Kind expected, std::string_view found);
  [[gnu::cold]] bool refuse_token();

  std::string_view text_;
  WireBounds bounds_;
  Scanner scanner_;
  std::vector<OddMember>* odd_;
  Frame* frame_ = nullptr;  ///< The innermost that is open.
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
  std::optional<CodecError> refusal_;
};

constexpr bool Reader::matches(Kind kind, Found found) noexcept {
  switch (found) {
    case Found::null: return false;
    case Found::boolean: return kind == Kind::boolean;
    case Found::number: return kind == Kind::small_integer || kind == Kind::integer || kind == Kind::number;
    case Found::text: return kind == Kind::text;
    case Found::list: return kind == Kind::list;
    case Found::object: return kind == Kind::object || kind == Kind::members;
  }
  return false;
}

/// The row of a value that was found, or null where it is passed over. Almost every value belongs to a row and is what
/// the row says.
inline bool Reader::place(Found found, Member const*& row) {
  row = frame_->row;
  return (row != nullptr && matches(row->kind, found)) || odd_place(found, row);
}

}  // namespace sallyport::wire
