#pragma once

#include "runtime/failure.hpp"

#include <sallyport/protocol/secret.hpp>

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

/// What is made of a pipe in the place of a file.
enum class Pipes {
  are_read,     ///< What is written into it is waited for: a shell hands over what a command writes, `<(…)`.
  are_refused,  ///< Where a file has to be one, or nothing may wait: a server that reads its files anew.
};

/// The bytes of a file. Where it cannot be read, is over a megabyte or is a device, or where it is a pipe into which
/// nobody writes, a UsageError that names the option.
[[nodiscard]] Secret read_file(std::string const& option, std::filesystem::path const& path,
                               Pipes pipes = Pipes::are_read);

/// The same for a file with secrets in it: it is refused where anybody but its owner may read it.
[[nodiscard]] Secret read_private_file(std::string const& option, std::filesystem::path const& path,
                                       Pipes pipes = Pipes::are_read);

/// Writes a file in one piece: a reader sees the old text or the new one. A link stays a link. What is no regular file,
/// such as a device or a pipe, is written into.
void write_file(std::string const& option, std::filesystem::path const& path, std::string_view text);

/// The same for a file with secrets in it: only its owner may read it, whatever stood there before. What is no regular
/// file is refused.
void write_private_file(std::string const& option, std::filesystem::path const& path, std::string_view text);

/// A text could not take the place of a file. It stands in another one, where `stands_in` is not empty.
class NotReplaced : public UsageError {
public:
  NotReplaced(std::string const& option, std::string const& problem, std::string stands_in)
      : UsageError(option, problem), stands_in_(std::move(stands_in)) {}

  [[nodiscard]] std::string const& stands_in() const noexcept { return stands_in_; }

private:
  std::string stands_in_;
};

/// A file that takes the place of another one in one piece. Its room on the disk is taken up from the beginning, so
/// that what may not be lost finds room when it comes. A link stays a link; what is no regular file is refused.
class Replacement {
public:
  /// A UsageError where no file of that size could be written in its place.
  Replacement(std::string option, std::filesystem::path const& named, std::size_t room);
  Replacement(Replacement const&) = delete;
  Replacement& operator=(Replacement const&) = delete;
  ~Replacement();

  /// Once. The text is on the disk before it takes the other one's place.
  void commit(std::string_view text, mode_t mode);

private:
  std::string option_;
  std::filesystem::path path_;
  std::string unfinished_;
  int descriptor_;
};

/// Writes a text that exists nowhere else to wherever its owner, and nobody else, can read it; says where.
[[nodiscard]] std::optional<std::string> rescue(std::string_view text);

/// The same, beside that file where it can be: `PATH.` and six more characters.
[[nodiscard]] std::optional<std::string> write_beside(std::filesystem::path const& named, std::string_view text);

/// A UsageError where no file could be written in its place.
void check_writable(std::string const& option, std::filesystem::path const& path);

void remove_file(std::string const& option, std::filesystem::path const& path);

/// What a lock makes of a file that is not there.
enum class Missing {
  is_not_locked,  ///< There is nothing to keep.
  is_locked,      ///< The file is about to be made. Where there can be no lock, that is a UsageError.
};

/// Keeps other processes that ask for the same from a file, by a lock on `PATH.lock`, which stays. Waits some seconds,
/// then throws a Failure. Where nobody like us could replace the file, there is no lock. A file with several names
/// (hard links) is refused with a UsageError: each has a lock of its own, and what is replaced is one of them.
class FileLock {
public:
  FileLock(std::string const& option, std::filesystem::path const& named, Missing missing = Missing::is_not_locked);
  FileLock(FileLock const&) = delete;
  FileLock& operator=(FileLock const&) = delete;
  ~FileLock();

private:
  int descriptor_ = -1;
};

/// A file that nobody else may read and that is gone when this is. Its name ends in `ending`. It takes no other's
/// place. A Failure where it cannot be written.
class TemporaryFile {
public:
  explicit TemporaryFile(std::string_view text, std::string_view ending = {});
  TemporaryFile(TemporaryFile const&) = delete;
  TemporaryFile& operator=(TemporaryFile const&) = delete;
  ~TemporaryFile();

  [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
  std::string path_;
};

}  // namespace sallyport::app
