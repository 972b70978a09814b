#include "runtime/failure.hpp"
#include "runtime/login_ledger.hpp"

namespace sallyport::app {

GovernorChoice open_governor(LoginOptions const& options) {
  if (options.no_ledger) return {};
  throw UsageError(options.ledger_file ? "--ledger" : "--url",
                   "this executable was built without SQLite and cannot count attempts over its runs; say --no-ledger");
}

bool is_of_ledger(boost::system::error_code const& /*ec*/) noexcept {
  return false;
}

std::string name_of_ledger(LoginOptions const& /*options*/) {
  return "--ledger";
}

}  // namespace sallyport::app
