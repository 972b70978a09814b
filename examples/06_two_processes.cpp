// Two processes: one begins a login and saves it at its door, another one goes on with what the user typed. Between
// them there is only a file, where a backend has a row of its database. The first may be gone by then, however it
// ended. usage: 06_two_processes URL CA_FILE BROKER start FILE
//        06_two_processes URL CA_FILE BROKER finish FILE CODE
// SALLYPORT_SNAPSHOT_KEY_FILE names the key that both share: "head -c 32 /dev/urandom > key" makes one.

#include "example.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <variant>

namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;

std::string contents_of(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

boost::system::result<sallyport::SnapshotKey> shared_key() {
  auto const* const path = std::getenv("SALLYPORT_SNAPSHOT_KEY_FILE");
  return sallyport::SnapshotKey::from_bytes(sallyport::Secret(contents_of(path != nullptr ? path : "")));
}

/// Saves the login that stands at a door, for whoever answers it. Its id is the name of the file, as it would be the
/// primary key of a row: nobody can pass one login off as another.
awaitable<int> async_save(sallyport::Login login, sallyport::Prompt const& prompt, std::filesystem::path path) {
  auto const key = shared_key();
  if (!key) co_return example::show(key.error(), {});

  // Without secrets: this integration wants nothing but the code. Where a later step wants the password once more, that
  // turn is refused with `credentials_missing`, until `resume` is given them.
  sallyport::SaveOptions options(sallyport::SnapshotSecrets::without, path.filename().string());
  auto snapshot = co_await login.async_save(*key, std::move(options), use_awaitable);

  auto const bytes = snapshot.bytes.reveal();
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  std::cout << sallyport::printable(prompt.text) << "\nsaved at " << wire_name(prompt.status) << std::endl;
  co_return EXIT_SUCCESS;
}

/// The next door is saved like the first one; the end is shown.
awaitable<int> async_go_on(sallyport::Login login, sallyport::Turn turn, std::filesystem::path path) {
  if (auto const* const outcome = std::get_if<sallyport::Outcome>(&turn)) co_return example::show({}, *outcome);
  co_return co_await async_save(std::move(login), std::get<sallyport::Prompt>(turn), std::move(path));
}

awaitable<int> async_start(sallyport::Login login, std::filesystem::path path) {
  auto turn = co_await login.async_begin(use_awaitable);
  auto const code = co_await async_go_on(std::move(login), std::move(turn), std::move(path));
  example::ask("Enter ends this process; so does kill -9");
  co_return code;
}

awaitable<int> async_finish(sallyport::Login login, std::filesystem::path path, std::string code) {
  auto answer = sallyport::Answer::text(sallyport::Secret(code));
  auto turn = co_await login.async_answer(std::move(answer), use_awaitable);
  co_return co_await async_go_on(std::move(login), std::move(turn), std::move(path));
}

/// Opens the file. To rename a file is atomic: of many processes that try, one succeeds and drives the login.
boost::system::result<sallyport::Login> resumed(sallyport::Client const& client, std::filesystem::path const& path) {
  auto const key = shared_key();
  if (!key) return key.error();
  auto const sealed = contents_of(path);
  auto const claim = [&path](std::string_view, std::uint64_t generation) {
    std::error_code taken;
    std::filesystem::rename(path, path.string() + ".used-" + std::to_string(generation), taken);
    return !taken;
  };
  return client.resume(sealed, *key, path.filename().string(), claim);
}

int run(boost::asio::io_context& context, awaitable<int> turns) {
  auto exit_code = EXIT_FAILURE;
  boost::asio::co_spawn(context, std::move(turns), [&exit_code](std::exception_ptr problem, int code) {
    try {
      if (problem) std::rethrow_exception(problem);
      exit_code = code;
    } catch (boost::system::system_error const& error) {
      exit_code = example::show(error.code(), {});
    }
  });
  context.run();
  return exit_code;
}

}  // namespace

int main(int count, char** arguments) {
  boost::asio::io_context context;
  auto const client = sallyport::Client::create(context.get_executor(), example::config(count, arguments));
  if (!client) return example::show(client.error(), {});

  std::string const mode = count > 5 ? arguments[4] : "";
  if (mode == "start" && count == 6) {
    return run(context, async_start(client->login(example::credentials(count, arguments)), arguments[5]));
  }
  if (mode == "finish" && count == 7) {
    auto login = resumed(*client, arguments[5]);
    if (!login) return example::show(login.error(), {});
    return run(context, async_finish(std::move(*login), arguments[5], arguments[6]));
  }
  std::cerr << "usage: " << arguments[0] << " URL CA_FILE BROKER start FILE | finish FILE CODE\n";
  return EXIT_FAILURE;
}
