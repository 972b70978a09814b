#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::wire {

/// A JSON path under construction. Keys that the sender chose are escaped to printable ASCII, cut where they are long,
/// and the path as a whole is bounded: it ends in logs.
class Path {
public:
  static constexpr std::size_t key_bytes_max = 48;
  static constexpr std::size_t path_bytes_max = 512;

  void add_index(std::size_t index);
  void add_key(std::string_view key);

  [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
  void add(std::string_view step);

  std::string text_ = "$";
  bool is_full_ = false;
};

}  // namespace sallyport::wire
