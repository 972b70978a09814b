#pragma once

#include "counters.hpp"
#include "tls.hpp"

#include <sallyport/transport/config.hpp>

#include <utility>

namespace sallyport {

/// What every part of one server looks at. Each part shares it, so that it outlives the last of them.
struct ServerState {
  ServerState(ServerConfig what, TlsContext context) : config(std::move(what)), tls(std::move(context)) {}

  ServerConfig config;
  TlsContext tls;
  LiveCounters counters;
};

}  // namespace sallyport
