#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::app {

/// What a page is answered with.
struct PlainPage {
  unsigned status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string text;
};

/// Shows pages over plain HTTP on 127.0.0.1, on a thread of its own. No reader holds it up, however slow: a connection
/// has a deadline, there are few of them, and each is closed after its answer.
class PlainListener {
public:
  /// The page of a path, without its query; called on the thread of the listener.
  using Show = std::function<PlainPage(std::string_view path)>;

  /// Port 0 picks a free one. Throws a `system_error` where nobody can listen there.
  PlainListener(std::uint16_t port, Show show);
  /// Cuts off whoever still reads.
  ~PlainListener();
  PlainListener(PlainListener const&) = delete;
  PlainListener& operator=(PlainListener const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

private:
  struct State;
  class Connection;
  std::unique_ptr<State> state_;
};

}  // namespace sallyport::app
