#pragma once

#include "support/inline_function.hpp"
#include "support/spare_texts.hpp"

#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/pool_state.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// One request of the API. The target holds the user id and the body credentials, so both are secrets.
struct HttpRequest {
  enum class Method : std::uint8_t { get, post, remove };

  Method method = Method::get;
  Secret target;
  Secret body;
  Secret cookies{};  ///< The value of the header; none where it is empty.
  /// A question, which may be asked again where its reply was lost. Whatever else is on its way when a server closes
  /// the connection is lost for good, so it goes over none that has rested.
  bool repeatable = false;
};

struct HttpReply {
  unsigned status = 0;
  std::optional<std::chrono::seconds> retry_after;
  std::optional<std::chrono::sys_seconds> date;  ///< What time it is there.
  std::string coding;                            ///< Of the body, where it has one, although it was asked to have none.
  std::vector<Secret> cookies;                   ///< What the server wants to have back, line by line.
  std::optional<std::chrono::seconds> keep_alive;  ///< For how long the server keeps a connection that rests.
  Secret body;
};

/// What became of a request. `sent` is false only where not one byte of it left this machine: then, and only then,
/// it may be posted again (law 1).
struct Exchanged {
  boost::system::error_code ec;
  bool sent = false;
  HttpReply reply;
  std::string words{};  ///< What the failure had to say of itself, in our words; empty where it had nothing.
};

/// Carries one request to the API and its reply back. It decides nothing.
class Exchange {
public:
  using Handler = InlineFunction<void(Exchanged)>;

  Exchange() = default;
  Exchange(Exchange const&) = delete;
  Exchange& operator=(Exchange const&) = delete;
  virtual ~Exchange() = default;

  /// Completes exactly once, on the client's strand, never inside this call. Honours terminal cancellation.
  virtual void exchange(HttpRequest request, Handler handler, boost::asio::cancellation_slot stop) = 0;
  /// From any thread.
  [[nodiscard]] virtual PoolState pool_state() const noexcept { return {}; }

  /// In a child whose execution context was told of the fork: what was begun before it ends with `forked`, and what is
  /// begun from now on has connections of its own. On the strand.
  virtual void go_on_in_child() {}
  /// In a parent whose context was told that the fork is over: goes on with what had to pause for it. On the strand.
  virtual void go_on_in_parent() {}

  /// Memory for requests to come, and of replies that were read.
  [[nodiscard]] SpareTexts& spare_texts() noexcept { return spare_texts_; }

private:
  SpareTexts spare_texts_;
};

}  // namespace sallyport
