#pragma once

#include <sallyport/protocol/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::app {

/// One line as it is typed: takes the bytes of a terminal that neither echoes nor edits.
class LineEditor {
public:
  enum class Event : std::uint8_t { none, changed, entered, end_of_input };

  [[nodiscard]] Event feed(char byte);

  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  [[nodiscard]] Secret text() const { return Secret({bytes_.data(), bytes_.size()}); }
  /// The end of the line, as much of it as fits into so many columns.
  [[nodiscard]] std::string_view tail(std::size_t columns) const noexcept;
  void clear() noexcept;

private:
  enum class Escape : std::uint8_t { none, begun, sequence };

  [[nodiscard]] Event skip_escape(char byte) noexcept;
  void erase_letter() noexcept;
  void erase_word() noexcept;

  std::vector<char, WipingAllocator<char>> bytes_;
  Escape escape_ = Escape::none;
};

}  // namespace sallyport::app
