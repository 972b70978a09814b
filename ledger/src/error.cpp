#include <sallyport/ledger/error.hpp>

#include <string>

namespace sallyport {
namespace {

class LedgerCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.ledger"; }
  std::string message(int value) const override {
    switch (static_cast<LedgerErrc>(value)) {
      case LedgerErrc::cannot_open: return "the ledger file cannot be opened, or not be closed to others";
      case LedgerErrc::not_a_ledger: return "the file is not a ledger";
      case LedgerErrc::newer_version: return "a newer version of Sallyport wrote the ledger file";
      case LedgerErrc::corrupt: return "the ledger file, or its log, is damaged";
      case LedgerErrc::busy: return "another process holds the ledger file";
      case LedgerErrc::io_failure: return "the ledger file cannot be read or written";
      case LedgerErrc::gone: return "the ledger file was deleted, emptied or replaced";
      case LedgerErrc::forked: return "the ledger file was opened before this process was forked off";
      case LedgerErrc::wrong_key: return "the ledger was written with another key";
    }
    return "unknown ledger error";
  }
};

}  // namespace

boost::system::error_category const& ledger_category() noexcept {
  static LedgerCategory const category;
  return category;
}

boost::system::error_code make_error_code(LedgerErrc code) noexcept {
  return {static_cast<int>(code), ledger_category()};
}

}  // namespace sallyport
