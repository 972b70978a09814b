#pragma once

// A place in a JSON document that knows its path, so that every complaint says where it belongs. The first complaint
// is kept; reading goes on with harmless values, so that a reader needs one check at its end.

#include <sallyport/sandbox/error.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::scenario_file {

/// The first thing that is wrong with a file.
class Complaint {
public:
  explicit Complaint(std::string_view file) : file_(file) {}

  void make(std::string_view path, std::string problem);
  [[nodiscard]] bool made() const noexcept { return error_.has_value(); }
  [[nodiscard]] ScenarioError const& error() const { return *error_; }

private:
  std::string file_;
  std::optional<ScenarioError> error_;
};

class Place {
public:
  Place(boost::json::value const& value, std::string path, Complaint& complaint)
      : value_(&value), path_(std::move(path)), complaint_(&complaint) {}

  [[nodiscard]] std::string const& path() const noexcept { return path_; }
  [[nodiscard]] boost::json::value const& value() const noexcept { return *value_; }
  void complain(std::string problem) const { complaint_->make(path_, std::move(problem)); }

  /// Complains where this is not an object or has a member of another name.
  void allow_only(std::initializer_list<std::string_view> names) const;
  /// The member; nothing where it is absent.
  [[nodiscard]] std::optional<Place> find(std::string_view name) const;
  /// The member; complains where it is absent.
  [[nodiscard]] std::optional<Place> require(std::string_view name) const;
  /// All members of an object, with their names.
  [[nodiscard]] std::vector<std::pair<std::string, Place>> members() const;
  /// The elements of an array of bounded length.
  [[nodiscard]] std::vector<Place> elements(std::size_t length_min, std::size_t length_max) const;

  /// A text of at least one byte.
  [[nodiscard]] std::string text(std::size_t length_max) const;
  [[nodiscard]] bool flag() const;
  [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] double number(double least, double most) const;

private:
  boost::json::value const* value_;
  std::string path_;
  Complaint* complaint_;
};

/// The document of a text; complains about its size and its syntax.
[[nodiscard]] boost::json::value parse(std::string_view text, std::size_t bytes_max, Complaint& complaint);

}  // namespace sallyport::scenario_file
