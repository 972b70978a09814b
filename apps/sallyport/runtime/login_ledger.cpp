#include "runtime/login_ledger.hpp"

#include "files/file.hpp"
#include "runtime/failure.hpp"

#include <sallyport/ledger/error.hpp>
#include <sallyport/ledger/sqlite_ledger.hpp>
#include <sallyport/transport/account_key.hpp>
#include <sallyport/transport/shared_governor.hpp>

#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;

constexpr char const* option = "--ledger";
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

fs::path beside(fs::path const& ledger, char const* ending) {
  return {ledger.string() + ending};
}

bool is_there(fs::path const& path) {
  std::error_code ec;
  return fs::exists(path, ec);
}

[[noreturn]] void refuse_lost(fs::path const& ledger, std::string const& problem) {
  auto const name = ledger.filename().string();
  refuse(ledger, problem + "; to start anew with fresh budgets, delete what is left of " + name + ", " + name +
                     "-wal, " + name + "-shm and " + name + ".key");
}

Secret read_key(fs::path const& ledger, fs::path const& file) {
  auto key = read_private_file(option, file, Pipes::are_refused);
  if (key.size() != 2 * key_size) refuse(ledger, file.string() + " is not its key: not 64 hexadecimal digits");
  return key;
}

std::shared_ptr<SqliteLedger> open_file(fs::path const& path, Secret const& key, bool create) {
  auto ledger = SqliteLedger::open({.path = path.string(), .create = create, .key_check = host_key_check(key)});
  if (ledger) return std::move(*ledger);
  if (ledger.error() == LedgerErrc::wrong_key) {
    refuse_lost(path, ledger.error().message() + " than " + beside(path, ".key").string());
  }
  if (ledger.error() == LedgerErrc::gone) refuse_lost(path, ledger.error().message());
  refuse(path, ledger.error().message());
}

struct KeyedLedger {
  Secret key;
  std::shared_ptr<SqliteLedger> ledger;
};

/// The first run makes both, once, whoever runs beside it; nothing where another one has made them meanwhile. The key
/// gets its name last: where it has it there was a ledger, and one that is missing then is lost. A run that is killed
/// before leaves a key without its name, and the next one goes on with that; nothing has been counted yet.
std::optional<KeyedLedger> make_once(fs::path const& path, fs::path const& key_path) {
  FileLock const lock(option, path, Missing::is_locked);
  if (is_there(key_path)) return std::nullopt;
  auto const unnamed = beside(key_path, ".new");
  if (!is_there(unnamed)) {
    if (is_there(path)) refuse_lost(path, key_path.string() + ", its key, is missing; without it no count is known");
    write_private_file(option, unnamed, make_key().reveal());
  }
  auto key = read_key(path, unnamed);
  auto ledger = open_file(path, key, true);
  KeyedLedger made{std::move(key), std::move(ledger)};
  std::error_code ec;
  fs::rename(unnamed, key_path, ec);
  if (ec) refuse(path, key_path.string() + ", its key, cannot be made: " + ec.message());
  return made;
}

fs::path path_of(LoginOptions const& options) {
  return options.ledger_file ? fs::path(*options.ledger_file) : default_path();
}

KeyedLedger open_or_make(fs::path const& path) {
  auto const key_path = beside(path, ".key");
  if (!is_there(key_path)) {
    if (auto made = make_once(path, key_path)) return std::move(*made);
  }
  auto key = read_key(path, key_path);
  auto ledger = open_file(path, key, false);
  return {std::move(key), std::move(ledger)};
}

}  // namespace

bool is_of_ledger(boost::system::error_code const& ec) noexcept {
  return ec.category() == ledger_category();
}

std::string name_of_ledger(LoginOptions const& options) {
  return "--ledger: " + path_of(options).string();
}

GovernorChoice open_governor(LoginOptions const& options) {
  if (options.no_ledger) return {};
  auto const path = path_of(options);
  if (!options.ledger_file) make_folder(path);
  auto opened = open_or_make(path);
  return std::make_shared<SharedGovernor>(std::move(opened.key), GovernorPolicy{}, std::move(opened.ledger));
}

}  // namespace sallyport::app
