#pragma once

#include <sys/types.h>

namespace sallyport {

/// The files that this process, or a parent of it, has open as ledgers. SQLite keeps one record of locks for each file
/// and process; a child inherits it, but not the locks. A connection that it opened would hold none, and what it writes
/// would be lost when the parent closes. So a child keeps off the files that were open when it was forked off.
class OpenFile {
public:
  /// Of a file that is there.
  explicit OpenFile(char const* path);
  OpenFile(OpenFile const&) = delete;
  OpenFile& operator=(OpenFile const&) = delete;
  /// In a child it stays on record, as in SQLite.
  ~OpenFile();

  /// Whether a parent of this process opened it.
  [[nodiscard]] bool is_of_parent() const noexcept;
  /// Whether a parent has opened the same file, by another handle too.
  [[nodiscard]] bool was_open_at_fork() const;

private:
  dev_t device_ = 0;
  ino_t inode_ = 0;
  pid_t process_;
};

}  // namespace sallyport
