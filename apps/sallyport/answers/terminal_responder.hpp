#pragma once

#include "terminal/screen.hpp"
#include "terminal/terminal.hpp"

#include <sallyport/transport/responder.hpp>

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

/// Asks the user at the terminal.
class TerminalResponder final : public Responder {
public:
  TerminalResponder(boost::asio::any_io_executor executor, Terminal& terminal, Screen& screen)
      : executor_(std::move(executor)), terminal_(&terminal), screen_(&screen) {}

private:
  void respond(Prompt const& prompt, Handler handler) override;
  [[nodiscard]] boost::asio::awaitable<Answer> async_converse(Prompt const& prompt);
  [[nodiscard]] boost::asio::awaitable<Answer> async_fill_in(Prompt const& prompt, std::optional<Answer> answer);
  [[nodiscard]] std::optional<Answer> obey(std::string_view command, Prompt const& prompt);
  void show_hints(Prompt const& prompt);

  boost::asio::any_io_executor executor_;
  Terminal* terminal_;
  Screen* screen_;
};

}  // namespace sallyport::app
