#include "failure.hpp"
#include "login_ledger.hpp"

namespace sallyport::app {

GovernorChoice open_governor(LoginOptions const& options) {
  if (options.no_ledger) return {};
  throw UsageError(options.ledger_file ? "--ledger" : "--url",
                   "this executable was built without SQLite and cannot count attempts over its runs; say --no-ledger");
}

}  // namespace sallyport::app
