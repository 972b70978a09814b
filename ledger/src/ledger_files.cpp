#include "ledger_files.hpp"

#include <sallyport/ledger/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

/// Only "there is none" says that a file is gone; a disk that fails says nothing of it.
error_code error_of_stat(int number) noexcept {
  return number == ENOENT || number == ENOTDIR ? LedgerErrc::gone : LedgerErrc::io_failure;
}

std::string mark_of_making(std::string const& path) {
  return path + "-making";
}

}  // namespace

// The log is looked at first. Another process may be making the ledger at this moment; it makes the log only when the
// file is no longer empty, so in this order an empty file beside a log is never one that is being made.
boost::system::result<bool> LedgerFiles::is_new(std::string const& path) {
  struct stat found {};
  auto const has_log = ::lstat((path + "-wal").c_str(), &found) == 0;
  auto const is_missing = ::lstat(path.c_str(), &found) != 0;
  // What else is wrong with the path, the one who opens it is told.
  if (is_missing && errno != ENOENT) return false;
  auto const is_empty = is_missing || (S_ISREG(found.st_mode) && found.st_size == 0);
  if (is_empty && has_log) return LedgerErrc::gone;
  return is_empty;
}

error_code LedgerFiles::begin_making(std::string const& path) {
  auto const made = ::mknod(mark_of_making(path).c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) == 0;
  return made || errno == EEXIST ? error_code{} : LedgerErrc::cannot_open;
}

bool LedgerFiles::is_being_made(std::string const& path) {
  struct stat found {};
  return ::lstat(mark_of_making(path).c_str(), &found) == 0;
}

// Whoever opens the ledger ends it: its maker may be gone, and what is counted from now on must not be made anew.
error_code LedgerFiles::end_making(std::string const& path) {
  auto const is_gone = ::unlink(mark_of_making(path).c_str()) == 0 || errno == ENOENT;
  return is_gone ? error_code{} : LedgerErrc::cannot_open;
}

error_code LedgerFiles::remember(std::string path) {
  files_[1].path = path + "-wal";
  files_[2].path = path + "-shm";
  files_[0].path = std::move(path);
  files_[0].may_be_empty = false;
  for (auto& file : files_) {
    auto const identity = identity_of(file);
    if (!identity) return identity.error();
    file.identity = *identity;
  }
  return {};
}

error_code LedgerFiles::look() const {
  for (auto const& file : files_) {
    auto const identity = identity_of(file);
    if (!identity) return identity.error();
    // While a file is open no other can have its numbers.
    if (*identity != file.identity) return LedgerErrc::gone;
  }
  return {};
}

boost::system::result<LedgerFiles::Identity> LedgerFiles::identity_of(File const& file) {
  struct stat found {};
  if (::stat(file.path.c_str(), &found) != 0) return error_of_stat(errno);
  if (!file.may_be_empty && found.st_size == 0) return LedgerErrc::gone;
  return Identity{.device = found.st_dev, .inode = found.st_ino};
}

}  // namespace sallyport
