#include "runtime/shard_threads.hpp"

#include <utility>

namespace sallyport::app {

ShardContexts::ShardContexts(std::size_t shards) {
  for (std::size_t shard = 0; shard < shards; ++shard) {
    contexts_.push_back(std::make_unique<boost::asio::io_context>(1));
  }
}

std::vector<boost::asio::any_io_executor> ShardContexts::executors() const {
  std::vector<boost::asio::any_io_executor> all;
  for (auto const& context : contexts_) all.emplace_back(context->get_executor());
  return all;
}

// Where one cannot be started, those before it are stopped: this is whole already.
ShardThreads::ShardThreads(ShardContexts& contexts) : ShardThreads(&contexts) {
  for (auto const& context : contexts.contexts_) {
    if (context.get() != &contexts.first()) threads_.emplace_back([&context = *context] { context.run(); });
  }
}

ShardThreads::~ShardThreads() {
  for (auto const& context : contexts_->contexts_) context->stop();
  threads_.clear();
}

}  // namespace sallyport::app
