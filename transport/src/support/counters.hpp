#pragma once

#include <sallyport/transport/server.hpp>

#include <atomic>
#include <cstdint>

namespace sallyport {

/// What a server counts on its strand, and anybody may read.
struct LiveCounters {
  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> credential_posts = 0;
  std::atomic<std::uint64_t> polls = 0;
  std::atomic<std::uint64_t> sessions_open = 0;
  std::atomic<std::uint64_t> logins_kept = 0;
  std::atomic<std::uint64_t> connections_open = 0;

  [[nodiscard]] ServerCounters read() const noexcept {
    return {.connections = connections,
            .requests = requests,
            .credential_posts = credential_posts,
            .polls = polls,
            .sessions_open = sessions_open,
            .logins_kept = logins_kept,
            .connections_open = connections_open};
  }
};

}  // namespace sallyport
