#pragma once

#include <cstddef>
#include <string_view>

namespace sallyport::test {

/// While it lives, every block of memory that the program gives back is searched for the sought bytes: what is found
/// there would survive in the heap. It works because freed_blocks.cpp replaces the global operator delete.
class FreedBlocks {
public:
  explicit FreedBlocks(std::string_view sought) noexcept;
  ~FreedBlocks();
  FreedBlocks(FreedBlocks const&) = delete;
  FreedBlocks& operator=(FreedBlocks const&) = delete;

  [[nodiscard]] std::size_t found() const noexcept { return found_; }
  void inspect(std::string_view block) noexcept;

private:
  std::string_view sought_;
  std::size_t found_ = 0;
};

}  // namespace sallyport::test
