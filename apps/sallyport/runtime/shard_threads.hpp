#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace sallyport::app {

/// A context for each shard of a server. The first is the caller's to run, and does whatever else there is.
class ShardContexts {
public:
  /// At least one.
  explicit ShardContexts(std::size_t shards);

  [[nodiscard]] boost::asio::io_context& first() const noexcept { return *contexts_.front(); }
  [[nodiscard]] std::vector<boost::asio::any_io_executor> executors() const;

private:
  friend class ShardThreads;

  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
};

/// A thread for each of them but the first. In the end they are stopped, and waited for.
class ShardThreads {
public:
  explicit ShardThreads(ShardContexts& contexts);
  ShardThreads(ShardThreads const&) = delete;
  ShardThreads& operator=(ShardThreads const&) = delete;
  ~ShardThreads();

private:
  explicit ShardThreads(ShardContexts* contexts) noexcept : contexts_(contexts) {}

  ShardContexts* contexts_;
  std::vector<std::jthread> threads_;
};

}  // namespace sallyport::app
