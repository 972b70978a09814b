#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>

#include <utility>

namespace sallyport {

/// Runs what it is given at once, where it is given it, and takes no memory for that. What has it runs on a thread of
/// the context, outside of any strand.
class InlineExecutor {
public:
  explicit InlineExecutor(boost::asio::execution_context& context) noexcept : context_(&context) {}

  [[nodiscard]] boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept {
    return *context_;
  }
  static constexpr boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) noexcept {
    return boost::asio::execution::blocking.always;
  }

  template <class Function>
  void execute(Function&& function) const {
    std::forward<Function>(function)();
  }

  friend bool operator==(InlineExecutor const&, InlineExecutor const&) = default;

private:
  boost::asio::execution_context* context_;
};

}  // namespace sallyport
