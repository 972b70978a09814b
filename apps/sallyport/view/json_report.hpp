#pragma once

#include "answers/answers_responder.hpp"
#include "answers/reporting_responder.hpp"
#include "runtime/failure.hpp"

#include <sallyport/protocol/broker.hpp>
#include <sallyport/transport/outcome.hpp>

#include <string>
#include <vector>

namespace sallyport::app {

/// Writes one JSON object a line to stdout. No line holds what a user typed, what a QR code says, or the peer's words,
/// which may echo either; tokens are masked unless `show_tokens`. What could drive a terminal is escaped.
class JsonReport final : public Report {
public:
  explicit JsonReport(bool show_tokens) : show_tokens_(show_tokens) {}

  void began(DoorLog const& log, BrokerType broker, std::vector<std::string> const& fields);
  void arrived(DoorLog const& log, Prompt const& prompt, bool again, QrPicture const& picture) override;
  void answered(DoorLog const& log, Answer const& answer) override;
  void missed(DoorLog const& log, MissingInput const& missing);
  /// `not_saved`: why tokens that were to be saved are not, where that is so.
  void ended(DoorLog const& log, Outcome const& outcome, int exit_code, std::string const& not_saved = {});
  /// The last line where there is no outcome, or where what came after it failed.
  void failed(Failure const& failure);
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }

  [[nodiscard]] bool closed() const noexcept override { return closed_; }

private:
  void write(std::string const& line);

  bool show_tokens_;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace sallyport::app
