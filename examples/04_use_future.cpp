// With a future: for programs of plain threads. The library's work runs on a thread of its own.

#include "example.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <future>
#include <thread>

int main(int count, char** arguments) {
  boost::asio::io_context context;
  auto client = sallyport::Client::create(context.get_executor(), example::config(count, arguments));
  if (!client) return example::show(client.error(), {});
  example::AskAtTerminal responder;
  auto who = example::credentials(count, arguments);

  // Keeps run() from returning before there is work, and in between.
  auto guard = boost::asio::make_work_guard(context);
  std::jthread const worker([&context] { context.run(); });

  auto future = client->async_login(std::move(who), responder, boost::asio::use_future);

  // A login waits for a human, so this may take minutes. It ends by itself: every wait of a login has a bound.
  while (future.wait_for(std::chrono::seconds(5)) != std::future_status::ready) std::cout << "still waiting\n";
  guard.reset();

  try {
    return example::show({}, future.get());
  } catch (boost::system::system_error const& error) {
    return example::show(error.code(), {});
  }
}
