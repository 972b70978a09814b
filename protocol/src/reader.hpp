#pragma once

#include <sallyport/protocol/codec.hpp>

#include "shape.hpp"

#include <boost/json/string_view.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::wire {

/// Takes the events of boost::json::basic_parser and fills a message straight from them: no tree in between, so that
/// the only copies of a secret are the text and the message. It knows at every event at which path it is.
class Reader {
public:
  // The bounds that count are those of WireBounds, which are known at run time alone.
  static constexpr auto max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr auto max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr auto max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr auto max_string_size = std::numeric_limits<std::size_t>::max();

  using ErrorCode = boost::system::error_code;
  using StringView = boost::json::string_view;

  Reader(Shape const& shape, void* message, WireBounds const& bounds);

  /// What was refused and where; nothing if it was the parser that refused.
  [[nodiscard]] std::optional<CodecError>& refusal() noexcept { return refusal_; }
  [[nodiscard]] CodecError refusal_here(CodecErrc code, std::string detail) const;

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_array_begin(ErrorCode& ec);
  bool on_array_end(std::size_t size, ErrorCode& ec);
  bool on_object_begin(ErrorCode& ec);
  bool on_object_end(std::size_t size, ErrorCode& ec);
  bool on_key_part(StringView part, std::size_t size, ErrorCode& ec);
  bool on_key(StringView part, std::size_t size, ErrorCode& ec);
  bool on_string_part(StringView part, std::size_t size, ErrorCode& ec);
  bool on_string(StringView part, std::size_t size, ErrorCode& ec);
  bool on_number_part(StringView, ErrorCode&) { return true; }
  bool on_int64(std::int64_t value, StringView text, ErrorCode& ec);
  bool on_uint64(std::uint64_t value, StringView text, ErrorCode& ec);
  bool on_double(double value, StringView text, ErrorCode& ec);
  bool on_bool(bool value, ErrorCode& ec);
  bool on_null(ErrorCode& ec);
  bool on_comment_part(StringView, ErrorCode&) { return true; }
  bool on_comment(StringView, ErrorCode&) { return true; }

private:
  /// What a value turned out to be.
  enum class Found : std::uint8_t { null, boolean, number, text, list, object };

  /// Where a value goes; nowhere if it is passed over.
  struct Place {
    Shape const* shape;
    void* target;
  };

  /// A list or an object that is open. One without a shape is passed over with all that is in it.
  struct Frame {
    Place place;
    bool is_list;
    std::size_t count;   ///< Elements that are complete, or members that have begun.
    bool is_in_member;   ///< Between a key and the end of its value.
    Member const* row;   ///< The row of that member, if it has one.
    std::string key;     ///< The beginning of its key, if it has none.
    std::uint32_t seen;  ///< A bit for each row that had its turn.
  };

  static std::string_view name(Found found) noexcept;
  static std::string_view name(Kind kind) noexcept;
  static bool matches(Kind kind, Found found) noexcept;

  bool refuse(CodecErrc code, std::string detail, ErrorCode& ec);
  bool refuse_type(Kind expected, Found found, ErrorCode& ec);
  bool open(Found found, ErrorCode& ec);
  bool close(ErrorCode& ec);
  bool finish_value();
  std::optional<Place> place(Found found, ErrorCode& ec);
  bool key(std::string_view key, ErrorCode& ec);
  bool number(std::string_view text, ErrorCode& ec);
  bool check_rows(Frame& frame, ErrorCode& ec);
  bool check_keys(Frame& frame, ErrorCode& ec);
  bool uncover_base64(Frame& frame, ErrorCode& ec);

  Shape const& shape_;
  void* message_;
  WireBounds bounds_;
  std::size_t elements_ = 0;
  Secret parts_;  ///< A string or key that arrives in parts, because of its escapes.
  std::vector<Frame> frames_;
  std::optional<CodecError> refusal_;
};

/// Reads the text into the message, or says what is wrong.
[[nodiscard]] std::optional<CodecError> read(std::string_view text, WireBounds const& bounds, Shape const& shape,
                                             void* message);

}  // namespace sallyport::wire
