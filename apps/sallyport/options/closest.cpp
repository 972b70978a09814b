#include "options/closest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sallyport::app {
namespace {

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// How many letters have to be put in, taken out or changed (Levenshtein), case aside.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t column = 0; column < row.size(); ++column) row[column] = column;
  for (std::size_t line = 1; line <= from.size(); ++line) {
    auto diagonal = row[0];
    row[0] = line;
    for (std::size_t column = 1; column < row.size(); ++column) {
      auto const changed = diagonal + (lower(from[line - 1]) == lower(to[column - 1]) ? 0U : 1U);
      diagonal = row[column];
      row[column] = std::min({changed, row[column] + 1, row[column - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view mistyped, std::span<std::string_view const> words) {
  constexpr std::size_t length_max = 64;
  if (mistyped.size() > length_max) return {};
  auto const near = std::max<std::size_t>(2, mistyped.size() / 3);
  std::string_view best;
  auto best_distance = near + 1;
  for (auto const word : words) {
    auto const far = distance(mistyped, word);
    if (far < best_distance) {
      best = word;
      best_distance = far;
    }
  }
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

bool same_but_for_case(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, [](char one, char other) { return lower(one) == lower(other); });
}

}  // namespace sallyport::app
