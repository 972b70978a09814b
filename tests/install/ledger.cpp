// A program that wants the governor's ledger alone.

#include <sallyport/ledger/sqlite_ledger.hpp>

#include <cstdlib>
#include <iostream>

/// usage: ledger FILE, which is made.
int main(int count, char** arguments) {
  if (count != 2) return EXIT_FAILURE;
  auto const ledger = sallyport::SqliteLedger::open({.path = arguments[1]});
  if (ledger) return EXIT_SUCCESS;
  std::cerr << ledger.error().message() << '\n';
  return EXIT_FAILURE;
}
