#include "view/human_report.hpp"

#include "view/door_view.hpp"

namespace sallyport::app {

void HumanReport::arrived(DoorLog const& log, Prompt const& prompt, bool again, QrPicture const& picture) {
  screen_->clear_live();
  if (again) {
    show_same_door(*screen_, prompt, picture);
  } else {
    show_door(*screen_, log, prompt, picture);
  }
  for (auto const& line : deliveries_) screen_->line(line);
  deliveries_.clear();
}

void HumanReport::answered(DoorLog const&, Answer const&) {
  show_asking();
}

void HumanReport::show_asking() {
  screen_->show_live([](Style const& style) {
    return Shown().append(door_indent, ' ').append(style.dim("the broker is being asked"));
  });
}

void HumanReport::delivered(Delivery const& delivery) {
  auto const& style = screen_->style();
  auto line = std::string(door_indent, ' ');
  line.append(style.utf8 ? "sandbox → " : "sandbox -> ").append(channel_name(delivery.by)).append(": ");
  line.append(delivery.code.empty() ? std::string_view(delivery.text) : delivery.code.reveal());
  deliveries_.push_back(style.cyan(line));
}

}  // namespace sallyport::app
