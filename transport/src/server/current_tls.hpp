#pragma once

#include "net/tls.hpp"

#include <mutex>
#include <utility>

namespace sallyport {

/// The TLS context of connections that come: a certificate has an end, and a server none. From any thread. OpenSSL
/// keeps the one that a connection was made of as long as that connection.
class CurrentTls {
public:
  explicit CurrentTls(TlsContext first) : context_(std::move(first)) {}

  [[nodiscard]] TlsContext get() const {
    std::lock_guard const lock(changing_);
    return context_;
  }
  void set(TlsContext next) {
    std::lock_guard const lock(changing_);
    context_.swap(next);
  }

private:
  mutable std::mutex changing_;
  TlsContext context_;
};

}  // namespace sallyport
