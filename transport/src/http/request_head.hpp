#pragma once

#include <boost/beast/http/field.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string_view>

namespace sallyport {

/// Looks at the lines of a request's header before Beast does, so that their bound is exact. It refuses lines that
/// somebody before us may read otherwise: folded ones (RFC 9112, 5.2), which Beast would join, and such as end in half
/// a line end.
class HeadLines {
public:
  explicit HeadLines(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

  /// `text` is all of the header that has come. `need_more` until the whole of it is there; what is wrong is told at
  /// once, in an error of Beast's.
  [[nodiscard]] boost::system::error_code look_at(std::string_view text) noexcept;
  /// How many bytes of empty lines stand before the request, of which nothing was looked at yet: some clients end a
  /// body with a line end that no length counts (RFC 9112, 2.2). Not one more than is allowed is skipped.
  [[nodiscard]] std::size_t skip_empty_lines(std::string_view text) noexcept;

private:
  void skip_plain(std::string_view text) noexcept;

  static constexpr unsigned empty_lines_max = 4;

  std::size_t bytes_max_;
  unsigned empty_lines_ = 0;
  std::size_t seen_ = 0;  ///< Each byte is looked at once, however slowly they come.
  char before_ = 0;
  bool line_is_empty_ = true;
  bool is_first_line_ = true;
};

/// The name of a header field and what is wrong with it; "" where nothing is.
struct FramingProblem {
  std::string_view field;
  std::string_view what;
};

/// The path and the query of a request's target. Whoever takes us for a proxy, or goes through one, names the scheme
/// and the host as well (RFC 9112, 3.2.2).
[[nodiscard]] std::string_view origin_form(std::string_view target) noexcept;

/// Whether a list of a header's names this, in any case.
[[nodiscard]] bool lists(std::string_view header, std::string_view name) noexcept;

/// What of a header leaves it open where the request ends or whom it is for: somebody before us may read it otherwise,
/// and a second request may hide in the first (request smuggling).
class Framing {
public:
  void note_version(int version) noexcept { version_ = version; }
  void note(boost::beast::http::field name, std::string_view value) noexcept;
  [[nodiscard]] FramingProblem problem() const noexcept;
  [[nodiscard]] bool is_http_1_0() const noexcept { return version_ == 10; }

private:
  int version_ = 0;
  std::size_t codings_ = 0;
  std::size_t lengths_ = 0;
  std::size_t hosts_ = 0;
  bool is_chunked_ = false;
  bool is_number_ = true;
};

}  // namespace sallyport
