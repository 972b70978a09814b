#pragma once

#include <sallyport/transport/prompt.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::app {

/// One door that a login came to, and when.
struct DoorRecord {
  std::string name;
  std::string place;
  std::chrono::steady_clock::time_point opened;
  std::optional<std::chrono::steady_clock::time_point> left;
};

/// The doors of one login, in their order. The first post is the first door.
class DoorLog {
public:
  void begin(std::string name, std::string place);

  /// Notes a prompt; false where it is the same door again: after a wrong answer, with a code that was sent again, or
  /// because it says something else now while it stays, be it a text, a number or a QR code.
  [[nodiscard]] bool arrive(Prompt const& prompt);
  void note_answer(Answer::Kind kind) noexcept { answer_ = kind; }
  void end();

  [[nodiscard]] std::size_t number() const noexcept { return doors_.size(); }
  [[nodiscard]] std::vector<DoorRecord> const& doors() const noexcept { return doors_; }

private:
  void open(std::string name, std::string place);

  /// Whether a prompt that no answer led to is of the challenge before it.
  [[nodiscard]] bool stays(Prompt const& prompt, std::string const& place) const noexcept;

  std::vector<DoorRecord> doors_;
  std::optional<Answer::Kind> answer_;
  std::optional<std::chrono::steady_clock::time_point> answer_by_;
};

}  // namespace sallyport::app
