#include <sallyport/transport/snapshot.hpp>

#include "snapshot/seal.hpp"
#include "support/random.hpp"

namespace sallyport {
namespace {

class SnapshotCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.snapshot"; }
  std::string message(int value) const override {
    switch (static_cast<SnapshotErrc>(value)) {
      case SnapshotErrc::bad_key: return "the key of a snapshot has 32 bytes";
      case SnapshotErrc::bad_id: return "the id of a snapshot has 1 to 64 bytes";
      case SnapshotErrc::not_a_snapshot: return "the bytes are not a snapshot";
      case SnapshotErrc::truncated: return "the snapshot is cut short";
      case SnapshotErrc::version_too_old: return "the snapshot was sealed by a version that is too old";
      case SnapshotErrc::version_too_new: return "the snapshot was sealed by a version that is newer than this one";
      case SnapshotErrc::wrong_key: return "the snapshot was sealed with another key";
      case SnapshotErrc::foreign_id: return "the snapshot belongs to another login";
      case SnapshotErrc::tampered: return "the snapshot was changed after it was sealed";
      case SnapshotErrc::malformed: return "the snapshot does not contain a login";
      case SnapshotErrc::used: return "the snapshot was resumed already";
      case SnapshotErrc::login_saved: return "the login was saved and goes on where it is resumed";
      case SnapshotErrc::credentials_missing:
        return "the step posts credentials, which were not saved; give them when the login is resumed";
      case SnapshotErrc::credentials_mismatch:
        return "the credentials are for another user or integration than the snapshot";
      case SnapshotErrc::too_large: return "the login holds more than a snapshot may";
      case SnapshotErrc::crypto_failed: return "OpenSSL has no randomness or no AES-256-GCM";
    }
    return "unknown snapshot error";
  }
};

}  // namespace

boost::system::error_category const& snapshot_category() noexcept {
  static SnapshotCategory const category;
  return category;
}

boost::system::error_code make_error_code(SnapshotErrc code) noexcept {
  return {static_cast<int>(code), snapshot_category()};
}

boost::system::result<SnapshotKey> SnapshotKey::from_bytes(Secret bytes) {
  if (bytes.size() != size) return SnapshotErrc::bad_key;
  return SnapshotKey(std::move(bytes));
}

boost::system::result<SnapshotKey> SnapshotKey::random() {
  auto bytes = random_bytes(size);
  if (!bytes) return bytes.error();
  return SnapshotKey(std::move(*bytes));
}

bool OnceRegister::claim(std::string_view id, std::uint64_t generation) {
  std::lock_guard const lock(mutex_);
  auto const found = newest_.find(id);
  if (found != newest_.end()) {
    if (found->second >= generation) return false;
    found->second = generation;
    return true;
  }
  if (newest_.size() >= capacity_) return false;
  newest_.emplace(id, generation);
  return true;
}

void OnceRegister::forget(std::string_view id) {
  std::lock_guard const lock(mutex_);
  auto const found = newest_.find(id);
  if (found != newest_.end()) newest_.erase(found);
}

std::size_t OnceRegister::size() const {
  std::lock_guard const lock(mutex_);
  return newest_.size();
}

}  // namespace sallyport
