#pragma once

#include "terminal/style.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string_view>

namespace sallyport::app {

/// Writes lines for a human to a stream. On a terminal one live line can stand below them: it is drawn afresh as time
/// goes by, and lines are written above it. Elsewhere there is no live line. It writes nothing but what is `Shown`, and
/// the sequence that erases its own line.
class Screen {
public:
  using Render = std::function<Shown(Style const&)>;

  Screen(boost::asio::any_io_executor executor, int file_descriptor);
  Screen(Screen const&) = delete;
  Screen& operator=(Screen const&) = delete;
  ~Screen();

  [[nodiscard]] Style const& style() const noexcept { return style_; }
  /// Whether the reader has gone away; what is written from then on is dropped.
  [[nodiscard]] bool closed() const noexcept { return closed_; }

  void line(Shown const& text = {});
  /// Whole lines.
  void block(Shown const& lines);

  /// Shows what `render` returns, several times a second, until `clear_live`.
  void show_live(Render render);
  void redraw();
  void clear_live();

private:
  void write(std::string_view bytes);
  void erase();
  void tick();

  boost::asio::steady_timer timer_;
  Style style_;
  Render render_;
  Shown drawn_;
  int file_descriptor_;
  bool closed_ = false;
};

/// Shows a live line as long as it lives.
class LiveLine {
public:
  LiveLine(Screen& screen, Screen::Render render) : screen_(&screen) { screen_->show_live(std::move(render)); }
  LiveLine(LiveLine const&) = delete;
  LiveLine& operator=(LiveLine const&) = delete;
  ~LiveLine() { screen_->clear_live(); }

private:
  Screen* screen_;
};

}  // namespace sallyport::app
