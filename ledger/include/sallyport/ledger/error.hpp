#pragma once

#include <sallyport/protocol/same_build.hpp>

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace sallyport {

/// Why a ledger in a file cannot be read or written. After each of them nothing was counted.
enum class LedgerErrc {
  cannot_open = 1,  ///< The file cannot be made or opened, or others may read it and that cannot be changed.
  not_a_ledger,     ///< The file is no SQLite database, or one of another program.
  newer_version,    ///< A newer version of this library wrote the file; this one would misread it.
  corrupt,          ///< The database, its log, or a record in it, is damaged, perhaps while it was open.
  busy,             ///< Another process held the file for longer than the bound.
  io_failure,       ///< The disk failed or is full.
  gone,             ///< The file, or its log, was deleted, emptied or replaced: what it counted is not there.
  forked,           ///< A parent of this process opened the file; a child has to open its ledger after the fork.
  wrong_key,        ///< The ledger was written with another host key: under this one no account would be found.
};

[[nodiscard]] boost::system::error_category const& ledger_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(LedgerErrc code) noexcept;

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::LedgerErrc> : std::true_type {};
