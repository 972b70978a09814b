#pragma once

#include "support/strand.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace sallyport {

class ServerCore;

/// How a server ends: at once, or when the last of its shards has no connection left. A shard that has none stays for
/// the others until then, for their connections may wait for its logins. All of it runs on the first shard's strand.
class ServerEnding : public std::enable_shared_from_this<ServerEnding> {
public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code)>;

  ServerEnding(Strand const& strand, std::vector<std::shared_ptr<ServerCore>> const& cores);

  /// Both may be called from any thread. A drain completes once, when no shard works any more.
  void stop();
  void drain(std::chrono::milliseconds bound, Handler handler);

private:
  void begin_drain(std::chrono::milliseconds bound);
  void end(boost::system::error_code why);
  /// What is to be done at a shard, on its strand; it calls back when it has come about. A shard that is gone by then
  /// is none: its server was stopped.
  using Task = std::function<void(ServerCore*, std::function<void()> done)>;
  void at_each(Task const& task, void (ServerEnding::*done)());
  void one_is_quiet();
  void one_has_ended();

  Strand strand_;
  std::vector<std::weak_ptr<ServerCore>> cores_;  ///< Not owned: the executor of a shard may be gone before ours.
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Strand>
      bound_;
  std::optional<Handler> on_drained_;
  boost::system::error_code why_;
  std::size_t quiet_ = 0;
  std::size_t ended_ = 0;
  bool drains_ = false;
  bool ends_ = false;
};

}  // namespace sallyport
