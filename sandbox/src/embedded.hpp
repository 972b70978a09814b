#pragma once

#include <span>
#include <string_view>

namespace sallyport::embedded {

/// A data file that is compiled into the library.
struct File {
  std::string_view name;  ///< Below data/: "scenarios/push.json".
  std::string_view text;
};

/// All of them, sorted by name.
[[nodiscard]] std::span<File const> files() noexcept;

/// The text of one; empty where there is none of that name.
[[nodiscard]] std::string_view text_of(std::string_view name) noexcept;

}  // namespace sallyport::embedded
