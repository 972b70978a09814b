#pragma once

#include "answers/reporting_responder.hpp"
#include "runtime/embedded_sandbox.hpp"
#include "terminal/screen.hpp"

#include <vector>

namespace sallyport::app {

/// Shows the doors on a screen as they open.
class HumanReport final : public Report {
public:
  explicit HumanReport(Screen& screen) : screen_(&screen) {}

  void arrived(DoorLog const& log, Prompt const& prompt, bool again, QrPicture const& picture) override;
  void answered(DoorLog const& log, Answer const& answer) override;
  [[nodiscard]] bool closed() const noexcept override { return screen_->closed(); }

  /// A live line until the next door, or until the screen is cleared: the broker is asked.
  void show_asking();
  /// Shows what the sandbox sends, below the door that it is for: it is sent before the door opens.
  void delivered(Delivery const& delivery);

private:
  Screen* screen_;
  std::vector<Shown> deliveries_;
};

}  // namespace sallyport::app
