// Turn by turn: what a web backend needs. A prompt goes out with one HTTP reply and the answer comes in with another
// request, so there is no responder that could be asked. Between two turns a Login holds no connection and no thread.

#include "example.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <variant>

namespace {

boost::asio::awaitable<int> async_log_in(sallyport::Login login) {
  // The first post. What comes back is a door or the end.
  auto turn = co_await login.async_begin(boost::asio::use_awaitable);

  while (auto const* const prompt = std::get_if<sallyport::Prompt>(&turn)) {
    // A web backend would render the prompt here, keep the Login under the user's session, and go on when they answer.
    // `prompt->answer_by` says until when that makes sense.
    auto answer = example::answer_at(*prompt);

    // Answer::wait() watches until something changes: a tap on a phone, a mail that is read, the end of the life span.
    turn = co_await login.async_answer(std::move(answer), boost::asio::use_awaitable);
  }
  co_return example::show({}, std::get<sallyport::Outcome>(turn));
}

}  // namespace

int main(int count, char** arguments) {
  boost::asio::io_context context;
  auto client = sallyport::Client::create(context.get_executor(), example::config(count, arguments));
  if (!client) return example::show(client.error(), {});

  auto exit_code = EXIT_FAILURE;
  auto turns = async_log_in(client->login(example::credentials(count, arguments)));
  boost::asio::co_spawn(context, std::move(turns), [&exit_code](std::exception_ptr problem, int code) {
    try {
      if (problem) std::rethrow_exception(problem);
      exit_code = code;
    } catch (boost::system::system_error const& error) {
      exit_code = example::show(error.code(), {});  // The turn was not carried out, and nothing was sent.
    }
  });
  context.run();
  return exit_code;
}
