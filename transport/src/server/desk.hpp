#pragma once

#include "http/http_answer.hpp"
#include "http/http_reader.hpp"
#include "server/peer.hpp"

#include <functional>

namespace sallyport {

/// Where a connection hands its requests in: it answers them, or knows who does.
class Desk {
public:
  using Done = std::function<void(HttpAnswer)>;

  Desk() = default;
  Desk(Desk const&) = delete;
  Desk& operator=(Desk const&) = delete;
  virtual ~Desk() = default;

  /// Called on the connection's strand, where `done` is called too: exactly once, at once or later, unless the server
  /// is stopped. It may take the request away.
  virtual void take(ServerRequest& request, Done done, Peer peer) const = 0;
};

}  // namespace sallyport
