#pragma once

#include "grammar.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace sallyport::grammar {

/// Builds a scenario out of terms, in their order.
class Composer {
public:
  Composer(Opening begins, std::shared_ptr<ScenarioUsers const> users, std::size_t doors_max);

  /// On error the composer is of no more use.
  [[nodiscard]] Result<void> add(Term const& term);
  /// The scenario; `end` is the position behind the last term.
  [[nodiscard]] Result<Scenario> finish(std::size_t end);

private:
  [[nodiscard]] Result<void> add_doors(std::vector<Door> doors, std::size_t position);
  [[nodiscard]] Result<void> link(Door& door, std::size_t position);
  [[nodiscard]] Result<void> modify(Term const& term);
  void distinguish(Door& door) const;
  void apply_to_all(Door& door) const;
  [[nodiscard]] std::vector<Door> make_doors_of_fault(std::string_view name);

  Scenario scenario_;
  std::size_t doors_max_;
  std::size_t last_term_ = 0;  ///< The first door of the last term that brought doors.
  bool over_ = false;          ///< Nothing may come behind.
  // What stands before the first door applies to every door.
  std::optional<std::int32_t> life_of_all_;
  std::uint32_t lock_of_all_ = 0;
};

}  // namespace sallyport::grammar
