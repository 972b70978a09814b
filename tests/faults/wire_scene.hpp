#pragma once

#include "table.hpp"

#include <support/fault_proxy.hpp>

#include <cstdint>
#include <string>

namespace sallyport::test::faults {

/// Parts of a handshake happen on a connection that is opened for them; the others on one that was used before.
inline bool is_of_a_handshake(FaultProxy::Fault const& fault) {
  return fault.part != FaultProxy::Part::request && fault.part != FaultProxy::Part::reply;
}

/// Before the client has ended the handshake, nothing of the request can have left. From then on it may have arrived.
inline bool may_have_arrived(FaultProxy::Fault const& fault) {
  return fault.part != FaultProxy::Part::client_hello && fault.part != FaultProxy::Part::server_flight;
}

/// A client and a server of ours with a wire between them that can be broken.

class WireScene final : public Scene {
public:
  WireScene(Stage& stage, FaultProxy::Fault fault)
      : fault_(fault),
        verifier_(stage.new_verifier()),
        server_(stage.new_server(verifier_)),
        proxy_(stage.io, server_.port()),
        client_(stage.new_client("https://127.0.0.1:" + std::to_string(proxy_.port()))) {
    verifier_.replies.push_back(reply_to(Step::password));  // Of the login that warms up.
    for (auto const step : steps) verifier_.replies.push_back(reply_to(step));
    verifier_.replies.push_back(reply_to(Step::password));  // Of whoever comes next.
  }

  Client& client() override { return client_; }
  Seen seen() const override {
    auto const counted = server_.counters();
    return {.secrets = counted.credential_posts, .others = counted.polls};
  }
  void break_wire() {
    if (is_of_a_handshake(fault_)) proxy_.hang_up();
    proxy_.arm(fault_);
  }
  boost::asio::awaitable<void> strike() override {
    break_wire();
    co_return;
  }
  void lift() override { proxy_.disarm(); }
  bool has_struck() const override { return proxy_.struck() != 0; }

private:
  FaultProxy::Fault fault_;
  ScriptedVerifier& verifier_;
  Server server_;
  FaultProxy proxy_;
  Client client_;
};

}  // namespace sallyport::test::faults
