#include "door_log.hpp"

#include "words.hpp"

#include <utility>

namespace sallyport::app {

void DoorLog::begin(std::string name, std::string place) {
  open(std::move(name), std::move(place));
}

bool DoorLog::arrive(Prompt const& prompt) {
  auto place = place_of_door(prompt);
  auto const repeated = prompt.answer_was_wrong || prompt.refused;
  auto const sent_again = answer_ == Answer::Kind::restart && !doors_.empty() && doors_.back().place == place;
  answer_.reset();
  if (repeated || sent_again) return false;
  open(name_of_door(prompt), std::move(place));
  return true;
}

void DoorLog::end() {
  if (!doors_.empty() && !doors_.back().left) doors_.back().left = std::chrono::steady_clock::now();
}

void DoorLog::open(std::string name, std::string place) {
  end();
  doors_.push_back({std::move(name), std::move(place), std::chrono::steady_clock::now(), std::nullopt});
}

}  // namespace sallyport::app
