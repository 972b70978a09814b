#pragma once

#include <sallyport/protocol/secret.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace sallyport::app {

/// The bytes of a file. Where it cannot be read or is over a megabyte, a UsageError that names the option.
[[nodiscard]] Secret read_file(std::string const& option, std::filesystem::path const& path);

/// The same for a file with secrets in it: it is refused where anybody but its owner may read it.
[[nodiscard]] Secret read_private_file(std::string const& option, std::filesystem::path const& path);

/// Writes a file in one piece: a reader sees the old text or the new one. A link stays a link.
void write_file(std::string const& option, std::filesystem::path const& path, std::string_view text);

/// The same for a file with secrets in it: only its owner may read it, whatever stood there before.
void write_private_file(std::string const& option, std::filesystem::path const& path, std::string_view text);

/// A UsageError where no file could be written in its place.
void check_writable(std::string const& option, std::filesystem::path const& path);

void remove_file(std::string const& option, std::filesystem::path const& path);

/// Keeps other processes that ask for the same from a file, by a lock on `PATH.lock`, which stays. Waits some seconds,
/// then throws a Failure. Where nobody like us could replace the file, there is no lock.
class FileLock {
public:
  FileLock(std::string const& option, std::filesystem::path const& named);
  FileLock(FileLock const&) = delete;
  FileLock& operator=(FileLock const&) = delete;
  ~FileLock();

private:
  int descriptor_ = -1;
};

/// A file that nobody else may read and that is gone when this is.
class TemporaryFile {
public:
  explicit TemporaryFile(std::string_view text);
  TemporaryFile(TemporaryFile const&) = delete;
  TemporaryFile& operator=(TemporaryFile const&) = delete;
  ~TemporaryFile();

  [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
  std::string path_;
};

}  // namespace sallyport::app
