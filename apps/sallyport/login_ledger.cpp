#include "login_ledger.hpp"

#include "failure.hpp"
#include "file.hpp"

#include <sallyport/ledger/sqlite_ledger.hpp>
#include <sallyport/transport/shared_governor.hpp>

#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view remedy = "; --ledger FILE names another, --no-ledger goes without";
constexpr std::size_t key_size = 32;

[[noreturn]] void refuse(fs::path const& path, std::string const& problem) {
  throw Failure("the ledger " + path.string() + ": " + problem + std::string(remedy));
}

/// An absolute path in the environment; nothing where it is unset, or relative, which the XDG rules tell to ignore.
std::optional<fs::path> folder_of(char const* variable) {
  auto const* const value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets it.
  if (value == nullptr || *value != '/') return std::nullopt;
  return fs::path(value);
}

fs::path default_path() {
  if (auto const state = folder_of("XDG_STATE_HOME")) return *state / "sallyport" / "ledger.sqlite";
  if (auto const home = folder_of("HOME")) return *home / ".local" / "state" / "sallyport" / "ledger.sqlite";
  throw Failure("neither XDG_STATE_HOME nor HOME names a folder for the ledger" + std::string(remedy));
}

void make_folder(fs::path const& path) {
  auto const folder = path.parent_path();
  std::error_code ec;
  if (fs::is_directory(folder, ec)) return;
  fs::create_directories(folder, ec);
  if (ec) refuse(path, "its folder cannot be made: " + ec.message());
  fs::permissions(folder, fs::perms::owner_all, ec);
}

Secret make_key() {
  std::array<unsigned char, key_size> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw Failure("OpenSSL has no randomness");
  Secret text;
  text.reserve(2 * key_size + 1);
  for (auto const byte : bytes) {
    text.push_back("0123456789abcdef"[byte >> 4U]);
    text.push_back("0123456789abcdef"[byte & 0xFU]);
  }
  wipe(bytes.data(), bytes.size());
  return text;
}

// With another key all accounts would start anew, so it is made together with its ledger alone.
Secret read_or_make_key(std::string const& option, fs::path const& ledger) {
  auto const path = fs::path(ledger.string() + ".key");
  FileLock const lock(option, path);
  std::error_code ec;
  if (!fs::exists(path, ec)) {
    if (fs::exists(ledger, ec)) refuse(ledger, path.string() + ", its key, is missing; without it no count is known");
    auto key = make_key();
    write_private_file(option, path, key.reveal());
    return key;
  }
  auto key = read_private_file(option, path);
  if (key.size() != 2 * key_size) refuse(ledger, path.string() + " is not its key: not 64 hexadecimal digits");
  return key;
}

}  // namespace

GovernorChoice open_governor(LoginOptions const& options) {
  if (options.no_ledger) return {};
  auto const path = options.ledger_file ? fs::path(*options.ledger_file) : default_path();
  if (!options.ledger_file) make_folder(path);
  auto key = read_or_make_key("--ledger", path);
  auto ledger = SqliteLedger::open({.path = path.string()});
  if (!ledger) refuse(path, ledger.error().message());
  return std::make_shared<SharedGovernor>(std::move(key), GovernorPolicy{}, std::move(*ledger));
}

}  // namespace sallyport::app
