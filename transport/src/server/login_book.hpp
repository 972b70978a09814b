#pragma once

#include "http/http_answer.hpp"
#include "observe/login_watch.hpp"
#include "server/peer.hpp"
#include "snapshot/login_bytes.hpp"
#include "support/random.hpp"
#include "support/siphash.hpp"
#include "support/spare_texts.hpp"

#include <sallyport/engine/session_table.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/verifier.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace sallyport {

/// What a server keeps of one login beside its session. Most logins wait for a human, so it is small: a door is kept in
/// bytes, and what only a request in flight needs is not there at other times.
struct KeptLogin {
  using Done = std::function<void(HttpAnswer)>;

  SessionHandle handle;
  LoginId id = 0;
  std::unique_ptr<char[]> key_text;
  std::uint32_t key_size = 0;
  EventType act = EventType::login;            ///< What the question in flight is.
  bool over = false;                           ///< Remembered for a while, so that a late answer is told so.
  bool poll_led_on = false;                    ///< It was a poll that led to the door at which the session stands.
  std::optional<RandomId> challenge;           ///< Of the door at which the session stands.
  std::optional<RandomId> previous_challenge;  ///< Of the one before: superseded.
  Secret door;                        ///< What that door says, without its id; of the end what a poll was told.
  Done pending;                       ///< The request that waits for a reply.
  std::unique_ptr<LoginWatch> watch;  ///< Where there is an observer.
  Peer peer = 0;                      ///< Where the question in flight came from.

  [[nodiscard]] std::string_view key() const noexcept { return {key_text.get(), key_size}; }
  /// Whose it is: the key begins with it.
  [[nodiscard]] std::string_view client_id() const noexcept { return key().substr(0, key().find('\0')); }
  /// Into a door that says nothing yet.
  void read_door(AuthResponse& into) const;
  [[nodiscard]] DoorKind read_door_kind() const;
  void keep_door(AuthResponse const& said, SpareTexts& spare);
};

/// The logins of a server, by the slots of their sessions and by their keys, of which clients choose the users. A login
/// does not move while it is kept.
class LoginBook {
public:
  explicit LoginBook(SipHash hash) : by_key_(0, Hash{this, hash}, Equal{this}) {}
  LoginBook(LoginBook const&) = delete;
  LoginBook& operator=(LoginBook const&) = delete;

  [[nodiscard]] KeptLogin* find(std::string_view key);
  [[nodiscard]] KeptLogin* find(SessionHandle handle) noexcept;
  /// A fresh login. Neither its key nor its slot is taken. Where there is no memory for it, there is no login.
  KeptLogin& open(std::string_view key, SessionHandle handle);
  void erase(KeptLogin& login);
  void clear() noexcept;

  template <class Visitor>
  void each(Visitor visit) const {
    for (auto const& login : slots_) {
      if (login.key_text) visit(login);
    }
  }

private:
  struct Hash {
    using is_transparent = void;
    LoginBook const* book;
    SipHash hash;

    std::size_t operator()(std::string_view key) const noexcept { return hash(key); }
    std::size_t operator()(std::uint32_t slot) const noexcept { return (*this)(book->slots_[slot].key()); }
  };
  struct Equal {
    using is_transparent = void;
    LoginBook const* book;

    bool operator()(std::uint32_t left, std::uint32_t right) const noexcept { return left == right; }
    bool operator()(std::string_view key, std::uint32_t slot) const noexcept { return key == book->slots_[slot].key(); }
    bool operator()(std::uint32_t slot, std::string_view key) const noexcept { return (*this)(key, slot); }
  };

  std::deque<KeptLogin> slots_;
  boost::unordered_flat_set<std::uint32_t, Hash, Equal> by_key_;
};

}  // namespace sallyport
