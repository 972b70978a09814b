#pragma once

// A server of several shards, each on a thread of its own, and what it asks. The test itself runs on another thread.

#include "loopback.hpp"
#include "raw_client.hpp"
#include "scripted_accounts.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport::test {

/// A password leads to a code by SMS, the code into the account; all else is wrong. It may hold its replies back, and
/// keeps who was asked about, and on which thread.
class ThreadedVerifier final : public Verifier {
public:
  struct Asked {
    LoginId login;
    EventType act;
    std::thread::id thread;
  };

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return list_; }
  void forget(LoginId login) noexcept override {
    std::lock_guard const lock(mutex_);
    forgotten_.emplace_back(login, std::this_thread::get_id());
  }

  void hold(bool holds) {
    std::lock_guard const lock(mutex_);
    holds_ = holds;
  }
  [[nodiscard]] std::size_t held() const {
    std::lock_guard const lock(mutex_);
    return held_.size();
  }
  /// Replies to all that it held back, on the caller's thread.
  void release();
  [[nodiscard]] std::map<std::string, std::vector<Asked>> asked() const {
    std::lock_guard const lock(mutex_);
    return asked_;
  }
  [[nodiscard]] std::vector<std::pair<LoginId, std::thread::id>> forgotten() const {
    std::lock_guard const lock(mutex_);
    return forgotten_;
  }
  void clear() {
    std::lock_guard const lock(mutex_);
    held_.clear();
  }

private:
  void verify(VerifyRequest request, Handler handler) override;

  mutable std::mutex mutex_;
  bool holds_ = false;
  std::map<std::string, std::vector<Asked>> asked_;  ///< By user.
  std::vector<std::pair<Handler, AuthResponse>> held_;
  std::vector<std::pair<LoginId, std::thread::id>> forgotten_;
  std::vector<AuthenticationScheme> list_;
};

/// Says on which thread a connection is served, which asks for the status; and holds refreshes.
class ThreadedAccounts final : public AccountService {
public:
  [[nodiscard]] std::vector<HealthStatus> health() const override {
    std::lock_guard const lock(mutex_);
    asked_on_ = std::this_thread::get_id();
    return {};
  }
  [[nodiscard]] std::thread::id asked_on() const {
    std::lock_guard const lock(mutex_);
    return asked_on_;
  }
  [[nodiscard]] std::size_t held() const {
    std::lock_guard const lock(mutex_);
    return held_.size();
  }
  void release();
  void clear() {
    std::lock_guard const lock(mutex_);
    held_.clear();
  }

private:
  void link(LinkRequest, Handler<AuthPromptResponse> handler) override {
    std::move(handler)(boost::asio::error::operation_aborted, ApiResult<AuthPromptResponse>());
  }
  void refresh(std::string, RefreshRequest, Handler<RefreshResponse> handler) override {
    std::lock_guard const lock(mutex_);
    held_.push_back(std::move(handler));
  }
  void remove(std::string, RemoveAccountRequest, Handler<NoContent> handler) override {
    std::move(handler)(boost::asio::error::operation_aborted, ApiResult<NoContent>());
  }

  mutable std::mutex mutex_;
  mutable std::thread::id asked_on_;
  std::vector<Handler<RefreshResponse>> held_;
};

class ShardedNet {
public:
  explicit ShardedNet(std::size_t shards, std::function<void(ServerConfig&)> const& tweak = {});
  ~ShardedNet();
  ShardedNet(ShardedNet const&) = delete;
  ShardedNet& operator=(ShardedNet const&) = delete;

  [[nodiscard]] std::vector<boost::asio::any_io_executor> executors() const;
  [[nodiscard]] ServerConfig server_config() const;
  [[nodiscard]] Client make_client(std::size_t connections);
  [[nodiscard]] std::unique_ptr<RawClient> connect(std::string const& from = "127.0.0.1");
  /// The thread of the shard that has this connection.
  [[nodiscard]] std::thread::id thread_of(RawClient& client);
  /// A connection at each shard: some are opened until there is one.
  [[nodiscard]] std::map<std::thread::id, std::unique_ptr<RawClient>> connect_to_each();
  /// Has a login begun for the user; gives its shard's thread.
  [[nodiscard]] std::thread::id begin(RawClient& client, std::string const& user);
  void wait_until(std::function<bool()> const& condition) { run_until(io, condition); }

  boost::asio::io_context io;  ///< Of the test's own thread.
  Certificates certificates;
  ThreadedVerifier verifier;
  ThreadedAccounts accounts;
  std::optional<Server> server;

private:
  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  Work waits_ = boost::asio::make_work_guard(io);  ///< Who waits for other threads does not spin.
  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<Work> work_;
  std::vector<std::thread> threads_;
};

[[nodiscard]] std::string login_post(std::string const& user);
/// `challenge` is the reply that shows the door.
[[nodiscard]] std::string answer_post(std::string const& user, std::string const& challenge,
                                      std::string const& code = "123456");

}  // namespace sallyport::test
