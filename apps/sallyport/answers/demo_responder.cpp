#include "answers/demo_responder.hpp"

#include "view/door_view.hpp"
#include "view/words.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace sallyport::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds code_arrives_after(1500);
constexpr milliseconds typing_takes(1500);
constexpr milliseconds countdown_step(2000);

std::string waiting_line(std::string_view what, Prompt const& prompt) {
  return std::string(what) + ", " + time_left(prompt);
}

/// The code for a field: the second factor's comes by e-mail where both are sent, else they come in their order.
std::size_t index_of_code(std::vector<ReceivedCode> const& received, Field field, std::size_t order) {
  auto const wanted = field == Field::challenge_code ? DeliveryChannel::email : DeliveryChannel::sms;
  auto const found = std::ranges::find(received, wanted, &ReceivedCode::by);
  return found == received.end() ? order : static_cast<std::size_t>(found - received.begin());
}

}  // namespace

void DemoResponder::delivered(Delivery const& delivery) {
  received_.push_back({.by = delivery.by, .text = delivery.text, .code = std::string(delivery.code.reveal())});
}

void DemoResponder::respond(Prompt const& prompt, Handler handler) {
  auto const slot = boost::asio::get_associated_cancellation_slot(handler);
  auto done = [handler = std::move(handler)](std::exception_ptr problem, Answer answer) mutable {
    boost::system::error_code ec;
    if (problem) ec = boost::asio::error::operation_aborted;  // Nothing but a cancelled pause ends it.
    std::move(handler)(ec, std::move(answer));
  };
  boost::asio::co_spawn(executor_, async_play(prompt), boost::asio::bind_cancellation_slot(slot, std::move(done)));
}

boost::asio::awaitable<Answer> DemoResponder::async_play(Prompt const& prompt) {
  if (prompt.kind == PromptKind::input) {
    co_await async_pause(prompt, "waiting for what the broker sends", code_arrives_after);
    show_received();
    co_await async_pause(prompt, "typing", typing_takes);
    co_return read_codes(prompt);
  }
  show_received();
  received_.clear();
  if (prompt.kind == PromptKind::confirm) co_return Answer::confirmed();
  if (prompt.kind == PromptKind::act_elsewhere) {
    show_detail(*screen_, "to do", "the sandbox plays the phone too: it acts in a moment, and the login notices");
  }
  co_return co_await async_watch(prompt);
}

boost::asio::awaitable<void> DemoResponder::async_pause(Prompt const& prompt, std::string what, milliseconds duration) {
  if (quick_) co_return;
  LiveLine const live(*screen_, [&prompt, &what](Style const& style) {
    return Shown().append(door_indent, ' ') + style.dim(waiting_line(what, prompt));
  });
  if (!screen_->style().terminal) show_detail(*screen_, "countdown", waiting_line(what, prompt));
  boost::asio::steady_timer timer(executor_, duration);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

void DemoResponder::show_received() {
  for (auto const& code : received_) {
    show_detail(*screen_, "received", std::string(channel_name(code.by)) + ": “" + code.text + "”");
  }
}

/// Counts down until the login cancels it, because the door has opened.
boost::asio::awaitable<Answer> DemoResponder::async_watch(Prompt const& prompt) {
  LiveLine const live(*screen_, [&prompt](Style const& style) {
    return Shown().append(door_indent, ' ') + style.dim(waiting_line("waiting", prompt));
  });
  boost::asio::steady_timer timer(executor_);
  while (true) {
    if (!screen_->style().terminal) show_detail(*screen_, "countdown", waiting_line("waiting", prompt));
    timer.expires_after(countdown_step);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

Answer DemoResponder::read_codes(Prompt const& prompt) {
  std::optional<Answer> answer;
  for (std::size_t order = 0; order < prompt.fields.size(); ++order) {
    auto const field = prompt.fields[order].field;
    auto const index = index_of_code(received_, field, order);
    // Nothing to type: a door that this demonstration does not know.
    if (index >= received_.size() || received_[index].code.empty()) return Answer::cancel();
    auto const& [by, text, code] = received_[index];
    show_detail(
        *screen_, order == 0 ? "answered" : "and",
        code + ", read from the sandbox's " + std::string(channel_name(by)) + ", as " + std::string(wire_name(field)));
    if (answer) {
      answer.emplace(std::move(*answer).and_field(field, Secret(code)));
    } else {
      answer.emplace(Answer::field(field, Secret(code)));
    }
  }
  received_.clear();
  return answer ? std::move(*answer) : Answer::wait();
}

}  // namespace sallyport::app
