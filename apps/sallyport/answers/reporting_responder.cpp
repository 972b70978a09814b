#include "answers/reporting_responder.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>

namespace sallyport::app {

void ReportingResponder::respond(Prompt const& prompt, Handler handler) {
  auto const again = !log_->arrive(prompt);
  picture_.take(prompt);
  for (auto* const report : reports_) {
    report->arrived(*log_, prompt, again, picture_);
    if (!report->closed()) continue;
    std::move(handler)(boost::system::error_code(), Answer::cancel());
    return;
  }
  auto const slot = boost::asio::get_associated_cancellation_slot(handler);
  auto report_answer = [this, handler = std::move(handler)](boost::system::error_code ec, Answer answer) mutable {
    if (!ec) {
      log_->note_answer(answer.kind());
      for (auto* const report : reports_) report->answered(*log_, answer);
    }
    std::move(handler)(ec, std::move(answer));
  };
  next_->async_respond(prompt, boost::asio::bind_cancellation_slot(slot, std::move(report_answer)));
}

}  // namespace sallyport::app
