#include "files/file.hpp"

#include "runtime/failure.hpp"
#include "view/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace sallyport::app {
namespace {

constexpr std::size_t file_bytes_max = 1024 * 1024;

class Descriptor {
public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int value() const noexcept { return value_; }

private:
  int value_;
};

std::string why() {
  return std::generic_category().message(errno);
}

[[noreturn]] void refuse(std::string const& option, std::filesystem::path const& path, std::string const& problem) {
  throw UsageError(option, path.string() + ": " + problem);
}

/// Whether there is something to read, or the end of it, within that time; -1 is for ever.
bool becomes_readable(int descriptor, int milliseconds) noexcept {
  pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&wait, 1, milliseconds) != 0;
}

/// Only a pipe is ever waited for: as long as it takes where somebody has it open to write, and for a moment where
/// nobody has yet. Such a one has no end, only nothing in it.
Secret read_open_file(std::string const& option, std::filesystem::path const& path, int descriptor) {
  constexpr int milliseconds_for_a_writer = 5000;
  Secret text;
  std::array<char, 4096> block{};
  auto was_waited_for = false;
  while (true) {
    auto const count = ::read(descriptor, block.data(), block.size());
    if (count > 0) {
      text.append({block.data(), static_cast<std::size_t>(count)});
      if (text.size() > file_bytes_max) refuse(option, path, "over one megabyte");
    } else if (count < 0 && errno == EAGAIN) {
      becomes_readable(descriptor, -1);
    } else if (count < 0 && errno != EINTR) {
      refuse(option, path, why());
    } else if (count == 0) {
      if (becomes_readable(descriptor, 0)) break;
      if (was_waited_for) refuse(option, path, "is a pipe into which nobody writes");
      was_waited_for = true;
      becomes_readable(descriptor, milliseconds_for_a_writer);
    }
  }
  wipe(block.data(), block.size());
  return text;
}

std::string octal(mode_t mode) {
  std::string digits;
  for (auto const shift : {9U, 6U, 3U, 0U}) digits.push_back(static_cast<char>('0' + (mode >> shift & 7U)));
  return digits;
}

// To open a pipe, or a device, may wait for ever; so nothing is waited for before it is known what it is.
Secret read(std::string const& option, std::filesystem::path const& path, bool must_be_private, Pipes pipes) {
  Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.value() < 0) refuse(option, path, why());
  struct stat about {};
  if (::fstat(file.value(), &about) != 0) refuse(option, path, why());
  if (S_ISDIR(about.st_mode)) refuse(option, path, "is a directory");
  auto const is_pipe = S_ISFIFO(about.st_mode);
  if (!S_ISREG(about.st_mode) && !is_pipe) refuse(option, path, "is a device, and no file");
  if (is_pipe && pipes == Pipes::are_refused) refuse(option, path, "is a pipe, and has to be a file here");
  if (must_be_private && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    refuse(option, path, "holds a secret and is open to others (mode " + octal(about.st_mode) + "); chmod 600 it");
  }
  return read_open_file(option, path, file.value());
}

/// Where the file itself stands: a link stays a link.
std::filesystem::path place_of(std::filesystem::path const& path) {
  std::error_code ec;
  if (!std::filesystem::is_symlink(path, ec)) return path;
  auto place = std::filesystem::weakly_canonical(path, ec);
  return ec ? path : place;
}

/// A device, a pipe, a socket, or the like: it is written into, and a file must never take its place.
bool is_special(std::filesystem::path const& path) noexcept {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

void refuse_unless_replaceable(std::string const& option, std::filesystem::path const& path) {
  if (path.empty()) throw UsageError(option, "names no file");
  if (is_special(path)) refuse(option, path, "is no regular file, so that nothing can take its place");
}

/// To open a pipe that nobody reads would wait for ever; a reader is given a moment to come.
int open_to_write(std::filesystem::path const& path) {
  constexpr int tries_max = 100;
  for (auto tries = 0;; ++tries) {
    auto const opened = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (opened >= 0 || errno != ENXIO || tries == tries_max) return opened;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void write_into(std::string const& option, std::filesystem::path const& path, std::string_view text) {
  Descriptor const file(open_to_write(path));
  if (file.value() < 0 && errno == ENXIO) refuse(option, path, "is a pipe that nobody reads");
  if (file.value() < 0 || !write_all(file.value(), text)) refuse(option, path, why());
}

}  // namespace

Secret read_file(std::string const& option, std::filesystem::path const& path, Pipes pipes) {
  return read(option, path, false, pipes);
}

Secret read_private_file(std::string const& option, std::filesystem::path const& path, Pipes pipes) {
  return read(option, path, true, pipes);
}

void write_file(std::string const& option, std::filesystem::path const& path, std::string_view text) {
  auto const mask = ::umask(0);
  ::umask(mask);
  if (is_special(path)) return write_into(option, path, text);
  Replacement(option, path, 0).commit(text, 0666 & ~mask);
}

void write_private_file(std::string const& option, std::filesystem::path const& path, std::string_view text) {
  Replacement(option, path, 0).commit(text, S_IRUSR | S_IWUSR);
}

Replacement::Replacement(std::string option, std::filesystem::path const& named, std::size_t room)
    : option_(std::move(option)), path_(place_of(named)), unfinished_(path_.string() + ".XXXXXX"), descriptor_(-1) {
  refuse_unless_replaceable(option_, named);
  descriptor_ = ::mkostemp(unfinished_.data(), O_CLOEXEC);
  if (descriptor_ < 0) refuse(option_, path_, why());
  auto const problem = room == 0 ? 0 : ::posix_fallocate(descriptor_, 0, static_cast<off_t>(room));
  if (problem == 0) return;
  ::close(descriptor_);
  ::unlink(unfinished_.c_str());
  refuse(option_, path_, std::generic_category().message(problem));
}

Replacement::~Replacement() {
  ::close(descriptor_);
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

void Replacement::commit(std::string_view text, mode_t mode) {
  auto const written = ::fchmod(descriptor_, mode) == 0 && write_all(descriptor_, text) &&
                       ::ftruncate(descriptor_, static_cast<off_t>(text.size())) == 0 && ::fsync(descriptor_) == 0;
  if (!written) throw NotReplaced(option_, path_.string() + ": " + why(), "");
  auto const unfinished = std::exchange(unfinished_, "");
  if (::rename(unfinished.c_str(), path_.c_str()) != 0) {
    // Its owner may have nothing else of it any more. With the folder it may be gone, though.
    auto const problem = path_.string() + ": " + why();
    auto const is_there = ::access(unfinished.c_str(), F_OK) == 0;
    throw NotReplaced(option_, problem + (is_there ? "; it stands in " + unfinished : ""), is_there ? unfinished : "");
  }
  // The new name, too, is on the disk before anybody relies on it; where that cannot be, the text is.
  auto const folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  Descriptor const directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.value() >= 0) ::fsync(directory.value());
}

namespace {

/// Writes a new file, which is on the disk then; its name is the pattern with letters for each X at its end.
std::optional<std::string> write_new_file(std::string pattern, std::string_view text) {
  Descriptor const file(::mkostemp(pattern.data(), O_CLOEXEC));  // Open to its owner alone.
  if (file.value() < 0) return std::nullopt;
  if (write_all(file.value(), text) && ::fsync(file.value()) == 0) return pattern;
  ::unlink(pattern.c_str());
  return std::nullopt;
}

}  // namespace

std::optional<std::string> rescue(std::string_view text) {
  std::error_code ignored;
  auto const* const home = std::getenv("HOME");
  for (auto const& folder : {std::filesystem::temp_directory_path(ignored), std::filesystem::path("/tmp"),
                             std::filesystem::path(home == nullptr ? "" : home)}) {
    if (folder.empty()) continue;
    if (auto path = write_new_file((folder / "sallyport-tokens-XXXXXX").string(), text)) return path;
  }
  return std::nullopt;
}

std::optional<std::string> write_beside(std::filesystem::path const& named, std::string_view text) {
  auto path = write_new_file(place_of(named).string() + ".XXXXXX", text);
  return path ? path : rescue(text);
}

void check_writable(std::string const& option, std::filesystem::path const& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) refuse(option, path, "is a directory");
  refuse_unless_replaceable(option, path);
  auto unfinished = place_of(path).string() + ".XXXXXX";
  Descriptor const file(::mkostemp(unfinished.data(), O_CLOEXEC));
  if (file.value() < 0) refuse(option, path, why());
  ::unlink(unfinished.c_str());
}

void remove_file(std::string const& option, std::filesystem::path const& path) {
  auto const place = place_of(path);  // A link alone would leave the text where it is.
  if (::unlink(place.c_str()) != 0) refuse(option, path, why());
  if (place != path) ::unlink(path.c_str());
}

namespace {

void refuse_several_names(std::string const& option, std::filesystem::path const& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink < 2) return;
  refuse(option, path,
         "has other names (hard links), which would keep the old text; remove them, or use symbolic links");
}

}  // namespace

FileLock::FileLock(std::string const& option, std::filesystem::path const& named, Missing missing) {
  auto const is_optional = missing == Missing::is_not_locked;
  if (is_optional && ::access(named.c_str(), F_OK) != 0) return;  // Who reads it will say what is wrong.
  refuse_unless_replaceable(option, named);
  refuse_several_names(option, named);
  auto const path = place_of(named).string() + ".lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  auto const is_denied = descriptor_ < 0 && (errno == EACCES || errno == EROFS);
  if (is_optional && is_denied) return;  // Nobody like us can replace the file either.
  if (descriptor_ < 0) refuse(option, path, why());
  constexpr auto tries_max = 30;
  for (auto tries = 0; ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0; ++tries) {
    auto const is_taken = errno == EWOULDBLOCK;
    if (tries == tries_max || (!is_taken && errno != EINTR)) {
      auto const problem = is_taken ? "is in use by another process; it was left as it is" : path + ": " + why();
      ::close(std::exchange(descriptor_, -1));
      throw Failure(option + ": " + named.string() + " " + problem);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

TemporaryFile::TemporaryFile(std::string_view text, std::string_view ending) {
  std::error_code ec;
  auto directory = std::filesystem::temp_directory_path(ec);
  if (ec) directory = "/tmp";
  path_ = (directory / "sallyport-XXXXXX").string().append(ending);
  Descriptor const file(::mkostemps(path_.data(), static_cast<int>(ending.size()), O_CLOEXEC));
  if (file.value() < 0) throw Failure(path_ + ": " + why());
  if (!write_all(file.value(), text)) {
    auto const problem = why();
    ::unlink(path_.c_str());
    throw Failure(path_ + ": " + problem);
  }
}

TemporaryFile::~TemporaryFile() {
  ::unlink(path_.c_str());
}

}  // namespace sallyport::app
