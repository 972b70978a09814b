#include "terminal/terminal.hpp"

#include "runtime/failure.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace sallyport::app {
namespace {

// Static, because signal handlers need it.
termios original{};
volatile std::sig_atomic_t terminal_descriptor = -1;

extern "C" void restore_and_die(int signal) {
  restore_terminal();
  static_cast<void>(std::signal(signal, SIG_DFL));
  static_cast<void>(std::raise(signal));
}

void set_raw() noexcept {
  if (terminal_descriptor < 0) return;
  auto raw = original;
  // Signals stay on: Ctrl-C is a signal, and so is Ctrl-Z.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ECHONL);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  tcsetattr(terminal_descriptor, TCSADRAIN, &raw);
}

// Some shells do not put their own settings when a program stops. In the background it stops at once, as ever.
extern "C" void restore_and_stop(int /*signal*/) {
  restore_terminal();
  static_cast<void>(std::raise(SIGSTOP));
  set_raw();
}

int open_terminal() {
  // Opened afresh: Asio makes the descriptor non-blocking, and the one of stdin is shared with the shell and stdout.
  constexpr auto flags = O_RDWR | O_CLOEXEC | O_NOCTTY;
  auto descriptor = ::open("/dev/tty", flags);
  auto const* const name = descriptor < 0 ? ttyname(STDIN_FILENO) : nullptr;
  if (name != nullptr) descriptor = ::open(name, flags);
  if (descriptor < 0 || tcgetattr(descriptor, &original) != 0) throw Failure("there is no terminal to ask at");
  terminal_descriptor = descriptor;
  return descriptor;
}

}  // namespace

void restore_terminal() noexcept {
  if (terminal_descriptor >= 0) tcsetattr(terminal_descriptor, TCSANOW, &original);
}

Terminal::Terminal(boost::asio::io_context::executor_type executor)
    : input_(executor, open_terminal()), continued_(executor, SIGCONT) {
  for (auto const signal : {SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    static_cast<void>(std::signal(signal, restore_and_die));
  }
  // A shell without job control has it ignored.
  if (std::signal(SIGTSTP, restore_and_stop) == SIG_IGN) static_cast<void>(std::signal(SIGTSTP, SIG_IGN));
  set_raw();
  watch_continue();
}

Terminal::~Terminal() {
  restore_terminal();
  terminal_descriptor = -1;
  wipe(block_.data(), block_.size());
}

void Terminal::watch_continue() {
  continued_.async_wait([this](boost::system::error_code ec, int) {
    if (ec) return;
    set_raw();  // The shell has put its own settings in the meantime.
    watch_continue();
  });
}

void Terminal::drop_typed_ahead() noexcept {
  block_begin_ = block_end_ = 0;
  tcflush(terminal_descriptor, TCIFLUSH);
}

boost::asio::awaitable<std::optional<Secret>> Terminal::async_read_line(Screen& screen, LinePrompt prompt) {
  LineEditor editor;
  LiveLine const live(screen, [&prompt, &editor](Style const& style) {
    auto line = prompt.label();
    auto const taken = columns_of(line) + 1;
    if (!prompt.hidden && taken < style.width) line.append(editor.tail(style.width - taken));
    return line;
  });
  while (true) {
    while (block_begin_ != block_end_) {
      auto const event = editor.feed(std::exchange(block_[block_begin_++], '\0'));
      if (event == LineEditor::Event::entered) co_return editor.text();
      if (event == LineEditor::Event::end_of_input) co_return std::nullopt;
    }
    screen.redraw();
    auto const buffer = boost::asio::buffer(block_);
    boost::system::error_code ec;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ec);
    block_begin_ = 0;
    block_end_ = 0;
    auto const count = co_await input_.async_read_some(buffer, token);
    if (ec == boost::asio::error::operation_aborted) throw boost::system::system_error(ec);
    if (ec) co_return std::nullopt;
    block_end_ = count;
  }
}

}  // namespace sallyport::app
