#include "snapshot/seal.hpp"

#include "snapshot/bytes.hpp"
#include "support/random.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <vector>

namespace sallyport {

using boost::system::result;

namespace {

using namespace std::string_view_literals;

// magic | version | key id | generation | id | nonce | length | ciphertext | tag; all before the ciphertext is
// associated data.
constexpr auto magic = "SPLS"sv;
constexpr std::size_t key_id_size = 8;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
using Buffer = std::vector<unsigned char, WipingAllocator<unsigned char>>;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char const* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<unsigned char const*>(text.data());
}

std::string_view text_of(Buffer const& buffer) noexcept {
  return {reinterpret_cast<char const*>(buffer.data()), buffer.size()};
}

/// Tells keys apart without telling a key: a keyed hash of a constant.
result<std::string> key_id_of(SnapshotKey const& key) {
  constexpr auto label = "sallyport snapshot key id"sv;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  auto const secret = key.bytes().reveal();
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(label), label.size(), digest.data(),
           &size) == nullptr) {
    return SnapshotErrc::crypto_failed;
  }
  return std::string(digest.begin(), digest.begin() + key_id_size);
}

}  // namespace

result<Secret> seal(std::string_view clear, SnapshotKey const& key, std::string_view id, std::uint64_t generation) {
  if (id.empty() || id.size() > snapshot_id_bytes_max) return SnapshotErrc::bad_id;
  if (clear.size() > snapshot_bytes_max) return SnapshotErrc::too_large;
  auto const key_id = key_id_of(key);
  if (!key_id) return key_id.error();
  auto const nonce = random_bytes(nonce_size);
  if (!nonce) return nonce.error();
  ByteWriter sealed;
  sealed.raw(magic);
  sealed.number(snapshot_version);
  sealed.raw(*key_id);
  sealed.number(generation);
  sealed.number(static_cast<std::uint8_t>(id.size()));
  sealed.raw(id);
  sealed.raw(nonce->reveal());
  sealed.number(static_cast<std::uint32_t>(clear.size()));

  Context const context(EVP_CIPHER_CTX_new());
  auto const header = sealed.bytes();
  Buffer text(clear.size());
  Buffer tag(tag_size);
  int count = 0;
  auto const done =
      context &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.bytes().reveal()),
                         bytes_of(nonce->reveal())) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &count, bytes_of(header), static_cast<int>(header.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), text.data(), &count, bytes_of(clear), static_cast<int>(clear.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), text.data() + text.size(), &count) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), tag.data()) == 1;
  if (!done) return SnapshotErrc::crypto_failed;
  sealed.raw(text_of(text));
  sealed.raw(text_of(tag));
  return sealed.take();
}

namespace {

struct Parts {
  std::uint64_t generation = 0;
  std::string_view header;
  std::string_view nonce;
  std::string_view text;
  std::string_view tag;
};

/// Takes the bytes apart; nothing of them is proved yet.
result<Parts> parts_of(std::string_view sealed, SnapshotKey const& key, std::string_view expected_id) {
  if (!magic.starts_with(sealed.substr(0, magic.size()))) return SnapshotErrc::not_a_snapshot;
  ByteReader reader(sealed);
  static_cast<void>(reader.raw(magic.size()));
  auto const version = reader.number<std::uint8_t>();
  if (reader.failed()) return SnapshotErrc::truncated;
  if (version < snapshot_version) return SnapshotErrc::version_too_old;
  if (version > snapshot_version) return SnapshotErrc::version_too_new;
  auto const sealed_with = reader.raw(key_id_size);
  Parts parts;
  parts.generation = reader.number<std::uint64_t>();
  auto const id = reader.raw(reader.number<std::uint8_t>());
  parts.nonce = reader.raw(nonce_size);
  auto const length = reader.number<std::uint32_t>();
  parts.header = sealed.substr(0, sealed.size() - reader.left());
  parts.text = reader.raw(length);
  parts.tag = reader.raw(tag_size);
  if (reader.failed()) return SnapshotErrc::truncated;
  auto const key_id = key_id_of(key);
  if (!key_id) return key_id.error();
  if (!equals(sealed_with, *key_id)) return SnapshotErrc::wrong_key;
  if (!equals(id, expected_id)) return SnapshotErrc::foreign_id;
  if (!reader.at_end() || parts.text.size() > snapshot_bytes_max) return SnapshotErrc::tampered;
  return parts;
}

}  // namespace

result<Unsealed> unseal(std::string_view sealed, SnapshotKey const& key, std::string_view expected_id) {
  auto const parts = parts_of(sealed, key, expected_id);
  if (!parts) return parts.error();
  Context const context(EVP_CIPHER_CTX_new());
  Buffer clear(parts->text.size());
  Buffer tag(parts->tag.begin(), parts->tag.end());
  int count = 0;
  auto const ready =
      context &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.bytes().reveal()),
                         bytes_of(parts->nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &count, bytes_of(parts->header),
                        static_cast<int>(parts->header.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), clear.data(), &count, bytes_of(parts->text),
                        static_cast<int>(parts->text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1;
  if (!ready) return SnapshotErrc::crypto_failed;
  if (EVP_DecryptFinal_ex(context.get(), clear.data() + clear.size(), &count) != 1) return SnapshotErrc::tampered;
  Unsealed unsealed;
  unsealed.generation = parts->generation;
  unsealed.clear = Secret(text_of(clear));
  return unsealed;
}

}  // namespace sallyport
