#pragma once

#include <sallyport/protocol/same_build.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <type_traits>

namespace sallyport {

/// Why a text is not a message of the API.
enum class CodecErrc {
  syntax = 1,           ///< It is not JSON.
  bad_utf8,             ///< A string is not UTF-8.
  too_deep,             ///< It nests deeper than `WireBounds::depth_max`.
  too_large,            ///< The text, a string or an array is over its bound.
  wrong_type,           ///< A member has another JSON type than the API describes.
  missing_member,       ///< A required member is absent or null.
  number_out_of_range,  ///< A number does not fit the type that the API describes.
  bad_base64,           ///< A sensitive field is flagged as Base64 and is not.
};

[[nodiscard]] boost::system::error_category const& codec_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(CodecErrc code) noexcept;

/// What is wrong and where. `path` is the JSON path of the member ("$.content.status"); neither text repeats a value.
struct CodecError {
  CodecErrc code{};
  std::string path;
  std::string detail;  ///< What was expected and what was found: "expected a string, found a number".

  [[nodiscard]] std::string message() const { return path + ": " + detail; }
};

/// A member of a reply that is not as the API describes it, which was read otherwise or left out. Neither text repeats
/// a value.
struct OddMember {
  std::string path;
  std::string detail;  ///< "expected a number, found a string".
  bool is_left_out = true;

  [[nodiscard]] std::string message() const {
    return path + ": " + detail + (is_left_out ? "; left out" : "; read all the same");
  }

  friend bool operator==(OddMember const&, OddMember const&) = default;
};

[[noreturn]] void throw_exception_from_error(CodecError const& error, boost::source_location const& location);

template <class T>
using CodecResult = boost::system::result<T, CodecError>;

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::CodecErrc> : std::true_type {};
