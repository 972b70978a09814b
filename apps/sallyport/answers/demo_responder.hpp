#pragma once

#include "runtime/embedded_sandbox.hpp"
#include "terminal/screen.hpp"

#include <sallyport/transport/responder.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sallyport::app {

/// What a delivery brought.
struct ReceivedCode {
  DeliveryChannel by = DeliveryChannel::sms;
  std::string text;
  std::string code;
};

/// Plays the user of the demonstration: it reads the codes that the sandbox sends, at the pace of a human.
class DemoResponder final : public Responder {
public:
  DemoResponder(boost::asio::any_io_executor executor, Screen& screen, bool quick)
      : executor_(std::move(executor)), screen_(&screen), quick_(quick) {}

  void delivered(Delivery const& delivery);

private:
  void respond(Prompt const& prompt, Handler handler) override;
  [[nodiscard]] boost::asio::awaitable<Answer> async_play(Prompt const& prompt);
  [[nodiscard]] boost::asio::awaitable<void> async_pause(Prompt const& prompt, std::string what,
                                                         std::chrono::milliseconds duration);
  [[nodiscard]] boost::asio::awaitable<Answer> async_watch(Prompt const& prompt);
  void show_received();
  [[nodiscard]] Answer read_codes(Prompt const& prompt);

  boost::asio::any_io_executor executor_;
  Screen* screen_;
  std::vector<ReceivedCode> received_;
  bool quick_;
};

}  // namespace sallyport::app
