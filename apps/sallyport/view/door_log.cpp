#include "view/door_log.hpp"

#include "view/words.hpp"

#include <utility>

namespace sallyport::app {

void DoorLog::begin(std::string name, std::string place) {
  open(std::move(name), std::move(place));
}

bool DoorLog::arrive(Prompt const& prompt) {
  auto place = place_of_door(prompt);
  auto const repeated = prompt.answer_was_wrong || prompt.refused;
  auto const sent_again = answer_ == Answer::Kind::restart && !doors_.empty() && doors_.back().place == place;
  auto const same = repeated || sent_again || stays(prompt, place);
  answer_.reset();
  answer_by_ = prompt.answer_by;
  if (same) return false;
  open(name_of_door(prompt), std::move(place));
  return true;
}

// A challenge that stays keeps its end; another one has another.
bool DoorLog::stays(Prompt const& prompt, std::string const& place) const noexcept {
  auto const leads_nowhere = !answer_ || answer_ == Answer::Kind::wait || answer_ == Answer::Kind::confirmed;
  return leads_nowhere && answer_by_ == prompt.answer_by && !doors_.empty() && doors_.back().place == place;
}

void DoorLog::end() {
  if (!doors_.empty() && !doors_.back().left) doors_.back().left = std::chrono::steady_clock::now();
}

void DoorLog::open(std::string name, std::string place) {
  end();
  doors_.push_back({std::move(name), std::move(place), std::chrono::steady_clock::now(), std::nullopt});
}

}  // namespace sallyport::app
