#pragma once

#include "view/door_log.hpp"
#include "view/qr_picture.hpp"

#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/responder.hpp>

#include <utility>
#include <vector>

namespace sallyport::app {

/// Is told how a login goes. `again` means the same door as before, `picture` is its QR code where that is one.
class Report {
public:
  virtual ~Report() = default;
  virtual void arrived(DoorLog const& log, Prompt const& prompt, bool again, QrPicture const& picture) = 0;
  virtual void answered(DoorLog const& log, Answer const& answer) = 0;
  /// Whether nobody reads the report any more.
  [[nodiscard]] virtual bool closed() const noexcept = 0;
};

/// Stands between a login and another responder, and reports what passes. A login that nobody watches any more is
/// given up: its tokens would be lost.
class ReportingResponder final : public Responder {
public:
  /// What the reports point to must outlive the login.
  ReportingResponder(Responder& next, DoorLog& log, std::vector<Report*> reports)
      : next_(&next), log_(&log), reports_(std::move(reports)) {}

private:
  void respond(Prompt const& prompt, Handler handler) override;

  Responder* next_;
  DoorLog* log_;
  std::vector<Report*> reports_;
  QrPicture picture_;
};

}  // namespace sallyport::app
