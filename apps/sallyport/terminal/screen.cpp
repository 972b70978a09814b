#include "terminal/screen.hpp"

#include "view/output.hpp"

#include <chrono>
#include <utility>

namespace sallyport::app {
namespace {

// Often enough that a countdown of seconds looks even.
constexpr std::chrono::milliseconds tick_interval(200);

}  // namespace

Screen::Screen(boost::asio::any_io_executor executor, int file_descriptor)
    : timer_(executor), style_(style_of(file_descriptor)), file_descriptor_(file_descriptor) {}

Screen::~Screen() {
  clear_live();
}

void Screen::line(Shown const& text) {
  block(Shown(text).end_line());
}

void Screen::block(Shown const& lines) {
  erase();
  write(lines.text());
  redraw();
}

void Screen::show_live(Render render) {
  if (!style_.terminal) return;
  erase();
  render_ = std::move(render);
  redraw();
  tick();
}

void Screen::redraw() {
  if (!render_) return;
  style_ = style_of(file_descriptor_);
  // A line that wraps could not be erased.
  auto text = truncated(render_(style_), style_.width - 1);
  if (text == drawn_) return;
  erase();
  write(text.text());
  drawn_ = std::move(text);
}

void Screen::clear_live() {
  timer_.cancel();
  erase();
  render_ = nullptr;
}

void Screen::erase() {
  if (drawn_.empty()) return;
  drawn_ = {};
  write("\r\x1b[2K");
}

void Screen::write(std::string_view bytes) {
  if (!closed_ && !write_all(file_descriptor_, bytes)) closed_ = true;
}

void Screen::tick() {
  timer_.expires_after(tick_interval);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    redraw();
    tick();
  });
}

}  // namespace sallyport::app
