#pragma once

#include "counters.hpp"
#include "tls.hpp"

#include <sallyport/transport/config.hpp>

#include <functional>
#include <utility>

namespace sallyport {

/// What every part of one server looks at. Each part shares it, so that it outlives the last of them.
struct ServerState {
  ServerState(ServerConfig what, TlsContext context) : config(std::move(what)), tls(std::move(context)) {}

  ServerConfig config;
  TlsContext tls;
  LiveCounters counters;
  /// Of the strand: from now on every answer is the last one of its connection.
  bool draining = false;
  /// Called on the strand when a connection has closed.
  std::function<void()> on_closed;
};

}  // namespace sallyport
