#include "open_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace sallyport {
namespace {

struct Entry {
  dev_t device;
  ino_t inode;
  pid_t process;

  friend bool operator==(Entry const&, Entry const&) = default;
};

struct OpenFiles {
  std::mutex mutex;
  std::vector<Entry> entries;
};

/// It stays: a ledger may be closed while the program ends.
OpenFiles& open_files() {
  static auto& the_one = *new OpenFiles;
  return the_one;
}

}  // namespace

OpenFile::OpenFile(char const* path) : process_(::getpid()) {
  struct stat found {};
  if (::stat(path, &found) == 0) {
    device_ = found.st_dev;
    inode_ = found.st_ino;
  }
  auto& all = open_files();
  std::lock_guard const lock(all.mutex);
  all.entries.push_back({device_, inode_, process_});
}

OpenFile::~OpenFile() {
  if (is_of_parent()) return;
  auto& all = open_files();
  std::lock_guard const lock(all.mutex);
  all.entries.erase(std::ranges::find(all.entries, Entry{device_, inode_, process_}));
}

bool OpenFile::is_of_parent() const noexcept {
  return process_ != ::getpid();
}

bool OpenFile::was_open_at_fork() const {
  auto& all = open_files();
  std::lock_guard const lock(all.mutex);
  return std::ranges::any_of(all.entries, [this](Entry const& entry) {
    return entry.device == device_ && entry.inode == inode_ && entry.process != process_;
  });
}

}  // namespace sallyport
