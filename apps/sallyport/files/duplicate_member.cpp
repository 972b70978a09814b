#include "files/duplicate_member.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

using boost::system::error_code;

/// What `boost::json::basic_parser` calls as it reads. It keeps the names of members and none of the values.
class Watch {
public:
  using Text = boost::json::string_view;

  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return open(true); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_object_begin(error_code&) { return open(false); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_key_part(Text part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(Text part, std::size_t size, error_code& ec) {
    on_key_part(part, size, ec);
    auto& holder = holders_.back();
    holder.member = std::exchange(key_, {});
    if (!holder.members.insert(holder.member).second && !twice_) twice_ = path();
    return true;
  }
  bool on_string_part(Text, std::size_t, error_code&) { return true; }
  bool on_string(Text, std::size_t, error_code&) { return count(); }
  bool on_number_part(Text, error_code&) { return true; }
  bool on_int64(std::int64_t, Text, error_code&) { return count(); }
  bool on_uint64(std::uint64_t, Text, error_code&) { return count(); }
  bool on_double(double, Text, error_code&) { return count(); }
  bool on_bool(bool, error_code&) { return count(); }
  bool on_null(error_code&) { return count(); }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

  [[nodiscard]] std::optional<std::string> const& twice() const noexcept { return twice_; }

private:
  /// An object or a list that is open, and where in it the reader is.
  struct Holder {
    bool is_list = false;
    std::size_t index = 0;
    std::string member;
    std::set<std::string> members;
  };

  bool open(bool is_list) {
    holders_.push_back({.is_list = is_list, .index = 0, .member = {}, .members = {}});
    return true;
  }
  bool close() {
    holders_.pop_back();
    return count();
  }
  /// A value is over, so the next one of a list is another one.
  bool count() {
    if (!holders_.empty()) ++holders_.back().index;
    return true;
  }
  [[nodiscard]] std::string path() const {
    std::string path;
    for (auto const& holder : holders_) {
      if (holder.is_list) {
        path.append("[").append(std::to_string(holder.index)).append("]");
      } else {
        path.append(path.empty() ? "" : ".").append(holder.member);
      }
    }
    return path;
  }

  std::vector<Holder> holders_;
  std::string key_;
  std::optional<std::string> twice_;
};

}  // namespace

std::optional<std::string> duplicate_member(std::string_view json) {
  boost::json::basic_parser<Watch> parser{boost::json::parse_options()};
  error_code ec;
  parser.write_some(false, json.data(), json.size(), ec);
  return ec ? std::nullopt : parser.handler().twice();
}

}  // namespace sallyport::app
