#pragma once

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>
#include <tuple>
#include <vector>

namespace sallyport::test {

/// Integration, path, outcome.
using TableRow = std::tuple<std::string, std::string, std::string>;

inline void print_table(std::vector<TableRow> rows) {
  std::ranges::sort(rows);
  std::cout << std::left << std::setw(28) << "integration" << std::setw(56) << "path"
            << "outcome\n";
  for (auto const& [integration, path, outcome] : rows) {
    std::cout << std::setw(28) << integration << std::setw(56) << path << outcome << '\n';
  }
  std::cout << std::right << rows.size() << " paths\n";
}

}  // namespace sallyport::test
