#include "server/login_book.hpp"

#include <cassert>
#include <cstring>

namespace sallyport {

void KeptLogin::read_door(AuthResponse& into) const {
  ByteReader in(door.reveal());
  sallyport::read_door(in, into);
}

DoorKind KeptLogin::read_door_kind() const {
  ByteReader in(door.reveal());
  return sallyport::read_door_kind(in);
}

void KeptLogin::keep_door(AuthResponse const& said, SpareTexts& spare) {
  ByteWriter out(spare.take());
  write(out, said);
  door = Secret(out.bytes());  // Not `take`, which has room to grow.
  spare.keep(out.take());
}

KeptLogin* LoginBook::find(std::string_view key) {
  auto const found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &slots_[*found];
}

KeptLogin* LoginBook::find(SessionHandle handle) noexcept {
  auto* const login = handle.slot < slots_.size() ? &slots_[handle.slot] : nullptr;
  return login != nullptr && login->key_text && login->handle == handle ? login : nullptr;
}

KeptLogin& LoginBook::open(std::string_view key, SessionHandle handle) {
  while (slots_.size() <= handle.slot) slots_.emplace_back();
  auto& login = slots_[handle.slot];
  assert(!login.key_text);
  login.handle = handle;
  login.key_text = std::make_unique_for_overwrite<char[]>(key.size());
  login.key_size = static_cast<std::uint32_t>(key.size());
  std::memcpy(login.key_text.get(), key.data(), key.size());
  try {
    by_key_.insert(handle.slot);
  } catch (...) {
    login = KeptLogin();
    throw;
  }
  return login;
}

void LoginBook::erase(KeptLogin& login) {
  by_key_.erase(login.handle.slot);
  login = KeptLogin();
}

void LoginBook::clear() noexcept {
  by_key_.clear();
  slots_.clear();
}

}  // namespace sallyport
