#pragma once

// A login between two processes: sealed with a key of the host's, kept in a store of the host's, resumed once.

#include <sallyport/protocol/same_build.hpp>
#include <sallyport/protocol/secret.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sallyport {

/// Why a login could not be saved or resumed. Where saving fails the login stands where it stood.
enum class SnapshotErrc {
  bad_key = 1,           ///< The key has not exactly 32 bytes.
  bad_id,                ///< The id is empty or over 64 bytes.
  not_a_snapshot,        ///< The bytes do not begin as a snapshot does.
  truncated,             ///< The bytes end before the snapshot does.
  version_too_old,       ///< Sealed by a version whose format this one no longer reads.
  version_too_new,       ///< Sealed by a version whose format this one does not know yet.
  wrong_key,             ///< Sealed with another key: try the one before, where keys are rotated.
  foreign_id,            ///< The snapshot of another login than the one that was asked for.
  tampered,              ///< Bytes were changed or added after it was sealed.
  malformed,             ///< Sealed with this key, and yet not the snapshot of a login.
  used,                  ///< The claim was refused: somebody resumed it already.
  login_saved,           ///< This login was saved: it goes on where it is resumed, not here.
  credentials_missing,   ///< The step posts credentials that were not saved: give them to `Client::resume`.
  credentials_mismatch,  ///< The credentials given are for another user, account or integration than the snapshot.
  too_large,             ///< The login holds more than a snapshot may.
  crypto_failed,         ///< OpenSSL has no randomness or no AES-256-GCM.
};

[[nodiscard]] boost::system::error_category const& snapshot_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(SnapshotErrc code) noexcept;

/// What seals snapshots: 32 random bytes that every process of the host knows and nobody else.
class SnapshotKey {
public:
  static constexpr std::size_t size = 32;

  /// Refuses whatever has not 32 bytes as `bad_key`. A password is not a key.
  [[nodiscard]] static boost::system::result<SnapshotKey> from_bytes(Secret bytes);
  /// A new one. Keep its bytes where the host keeps its secrets.
  [[nodiscard]] static boost::system::result<SnapshotKey> random();

  [[nodiscard]] Secret const& bytes() const noexcept { return bytes_; }
  [[nodiscard]] SnapshotKey clone() const { return SnapshotKey(bytes_.clone()); }

private:
  explicit SnapshotKey(Secret bytes) noexcept : bytes_(std::move(bytes)) {}

  Secret bytes_;
};

/// Whether the credentials of the first post go into the snapshot. Without them, a later step that posts them again is
/// refused with `credentials_missing`, unless the host gives them when it resumes.
enum class SnapshotSecrets : std::uint8_t { without, with };

/// How a login is saved. Where no id is given it keeps the one that it was resumed under, else gets 128 random bits.
struct SaveOptions {
  SaveOptions(SnapshotSecrets what = SnapshotSecrets::without, std::string name = {})
      : secrets(what), id(std::move(name)) {}

  SnapshotSecrets secrets;
  std::string id;  ///< 1 to 64 bytes, one login's alone. It is not a secret.
};

/// A login at rest. Store all three; to resume it the id must be named, so that one login is never taken for another.
struct SealedSnapshot {
  std::string id;
  std::uint64_t generation = 0;  ///< Grows by one each time that this login is saved.
  Secret bytes;                  ///< Encrypted and authenticated.
};

/// Marks this generation of this login as used and says whether it was the first to do so, atomically among all
/// processes that could resume it. Called last, when everything else about the snapshot has proved right.
using SnapshotClaim = std::function<bool(std::string_view id, std::uint64_t generation)>;

/// A claim for hosts of one process; several need a store that they share (docs/embedding.md). May be called from any
/// thread. It forgets nothing by itself: when it is full it refuses.
class OnceRegister {
public:
  explicit OnceRegister(std::size_t capacity = 100'000) noexcept : capacity_(capacity) {}

  /// Whether no snapshot of this login with this generation or a later one was claimed before.
  [[nodiscard]] bool claim(std::string_view id, std::uint64_t generation);
  /// Makes room, once every snapshot of the login is deleted.
  void forget(std::string_view id);
  [[nodiscard]] std::size_t size() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> newest_;
  std::size_t capacity_;
};

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::SnapshotErrc> : std::true_type {};
