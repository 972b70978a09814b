#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <sys/types.h>

#include <array>
#include <string>

namespace sallyport {

/// The files of an open ledger, as the paths named them when it was opened. SQLite goes on with files that nobody else
/// can find any more: what is counted there, the next process does not see, and gives the account a fresh budget. So
/// before each use the paths must still name the same files.
class LedgerFiles {
public:
  /// Whether there is nothing at the path yet. An empty file beside a log is refused: SQLite would drop the log, and
  /// with it what was counted. To start anew on purpose, all files of a ledger are deleted.
  [[nodiscard]] static boost::system::result<bool> is_new(std::string const& path);

  /// While a ledger is made a file beside it says so. One that has turned to WAL and has no tables in its own file may
  /// have lost a log that held all of it, or its maker was killed; the two differ in nothing else. It is there before
  /// the ledger's own file is, and gone before anything is counted.
  [[nodiscard]] static boost::system::error_code begin_making(std::string const& path);
  [[nodiscard]] static bool is_being_made(std::string const& path);
  [[nodiscard]] static boost::system::error_code end_making(std::string const& path);

  /// Takes the files for those that are open now; `path` does not depend on the working directory.
  [[nodiscard]] boost::system::error_code remember(std::string path);
  /// `gone` where one was deleted, emptied or replaced since. It costs a stat of each.
  [[nodiscard]] boost::system::error_code look() const;

private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;

    friend bool operator==(Identity const&, Identity const&) = default;
  };
  /// The database, its log ahead and the index of that. The log may well be empty.
  struct File {
    std::string path;
    bool may_be_empty = true;
    Identity identity;
  };

  [[nodiscard]] static boost::system::result<Identity> identity_of(File const& file);

  std::array<File, 3> files_;
};

}  // namespace sallyport
