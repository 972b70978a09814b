#pragma once

#include "terminal/line_editor.hpp"
#include "terminal/screen.hpp"

#include <sallyport/protocol/secret.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>

namespace sallyport::app {

/// How a line is asked for.
struct LinePrompt {
  std::function<std::string()> label;  ///< Asked again whenever the line is drawn, so it can count down.
  bool hidden = false;                 ///< Nothing of what is typed shows, not even its length.
};

/// The terminal of the user. As long as it lives, the terminal neither echoes nor edits; afterwards it is as it was
/// before, also where the program is ended by a signal or aborts.
class Terminal {
public:
  /// A Failure where the process has no terminal. Of an executor that erases the others GCC 12 asks whether a Terminal
  /// is one, and is caught in a circle.
  explicit Terminal(boost::asio::io_context::executor_type executor);
  Terminal(Terminal const&) = delete;
  Terminal& operator=(Terminal const&) = delete;
  ~Terminal();

  /// Reads one line; nothing where the input has ended (Ctrl-D, or the terminal is gone). The line is drawn as the
  /// screen's live line and gone afterwards. Honours terminal cancellation.
  [[nodiscard]] boost::asio::awaitable<std::optional<Secret>> async_read_line(Screen& screen, LinePrompt prompt);

  /// Drops what was typed before it was asked for: what was meant for one door must not be posted at the next.
  void drop_typed_ahead() noexcept;

private:
  void watch_continue();

  boost::asio::posix::stream_descriptor input_;
  boost::asio::signal_set continued_;
  std::array<char, 256> block_{};
  std::size_t block_begin_ = 0;
  std::size_t block_end_ = 0;
};

/// Gives the terminal back as it was, at once and from a signal handler too.
void restore_terminal() noexcept;

}  // namespace sallyport::app
