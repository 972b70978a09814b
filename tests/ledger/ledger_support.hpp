#pragma once

#include <engine/governor_support.hpp>

#include <sallyport/ledger/sqlite_ledger.hpp>

#include <boost/test/unit_test.hpp>

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>

namespace sallyport {

inline std::ostream& boost_test_print_type(std::ostream& out, LedgerErrc code) {
  return out << make_error_code(code).message();
}

}  // namespace sallyport

namespace sallyport::ledger_test {

using namespace engine_test;

/// A folder for one test, gone afterwards.
class Folder {
public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "sallyport-ledger-XXXXXX").string();
    BOOST_TEST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;

  [[nodiscard]] std::string file() const { return (path_ / "ledger.sqlite").string(); }
  [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

  [[nodiscard]] std::shared_ptr<SqliteLedger> open(std::size_t accounts_max = ledger_accounts_max) const {
    auto opened = SqliteLedger::open({.path = file(), .accounts_max = accounts_max});
    BOOST_TEST_REQUIRE(opened.has_value(), (opened ? "" : opened.error().message()));
    return *opened;
  }
  [[nodiscard]] boost::system::error_code open_error() const {
    auto const opened = SqliteLedger::open({.path = file()});
    return opened ? boost::system::error_code{} : opened.error();
  }

private:
  std::filesystem::path path_;
};

}  // namespace sallyport::ledger_test
