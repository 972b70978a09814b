// Peers who keep TLS busy after the handshake and say nothing: others are served meanwhile, and they are hung up on.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(messages)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

/// The bytes of so many messages, as the stream would send them next.
std::string recorded(SSL* tls, int count, int (*prepare)(SSL*)) {
  auto* const memory = BIO_new(BIO_s_mem());
  BIO_up_ref(memory);
  BIO_up_ref(SSL_get_wbio(tls));
  auto* const own = SSL_get_wbio(tls);
  SSL_set0_wbio(tls, memory);
  for (auto number = 0; number < count; ++number) {
    prepare(tls);
    SSL_do_handshake(tls);
  }
  char* bytes = nullptr;
  auto const size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  SSL_set0_wbio(tls, own);
  BIO_free(memory);
  return text;
}

int new_keys(SSL* tls) {
  return SSL_key_update(tls, SSL_KEY_UPDATE_NOT_REQUESTED);
}
int new_keys_for_both(SSL* tls) {
  return SSL_key_update(tls, SSL_KEY_UPDATE_REQUESTED);
}

/// A client that shakes hands, sends so many messages at once and waits for the end. It blocks.
class Flood {
public:
  Flood(std::uint16_t port, int count, int (*prepare)(SSL*)) : stream_(io_, context_) {
    stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    stream_.handshake(asio::ssl::stream_base::client);
    bytes_ = recorded(stream_.native_handle(), count, prepare);
  }

  /// Whether the server hangs up.
  [[nodiscard]] bool send() {
    error_code ec;
    asio::write(stream_.next_layer(), asio::buffer(bytes_), ec);
    std::array<char, 4096> scrap;
    while (!ec) stream_.next_layer().read_some(asio::buffer(scrap), ec);
    return ec == asio::error::eof || ec == asio::error::connection_reset || ec == asio::error::broken_pipe;
  }

private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  Stream stream_;
  std::string bytes_;
};

std::chrono::nanoseconds time_of_this_thread() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// How long others wait at most for a server of this thread to come back to them. The time of other programs does not
/// count.
class Longest {
public:
  explicit Longest(asio::io_context& io) : io_(&io) { tick(); }
  ~Longest() { *ends_ = true; }
  Longest(Longest const&) = delete;
  Longest& operator=(Longest const&) = delete;

  [[nodiscard]] std::chrono::nanoseconds pause() const noexcept { return longest_; }

private:
  void tick() {
    auto const now = time_of_this_thread();
    if (last_ != 0ns) longest_ = std::max(longest_, now - last_);
    last_ = now;
    asio::post(*io_, [this, ends = ends_] {
      if (!*ends) tick();
    });
  }

  asio::io_context* io_;
  std::shared_ptr<bool> ends_ = std::make_shared<bool>(false);
  std::chrono::nanoseconds last_{};
  std::chrono::nanoseconds longest_{};
};

template <class Result>
Result run_beside(Loopback& net, std::future<Result> work) {
  net.run_until([&work] { return work.wait_for(0s) == std::future_status::ready; });
  return work.get();
}

/// A hostile API: takes so many requests, each on a connection of its own, and answers with messages of TLS alone.
class FloodServer {
public:
  FloodServer(Certificates const& certificates, unsigned connections, int (*prepare)(SSL*)) {
    auto const identity = certificates.identity();
    auto const chain = identity.certificate_chain;
    auto const key = identity.private_key.reveal();
    context_.use_certificate_chain(asio::buffer(chain));
    context_.use_private_key(asio::buffer(key.data(), key.size()), asio::ssl::context::pem);
    SSL_CTX_set_session_id_context(context_.native_handle(), reinterpret_cast<unsigned char const*>("x"), 1);
    thread_ = std::thread([this, connections, prepare] {
      for (auto left = connections; left != 0; --left) serve(prepare);
    });
  }
  ~FloodServer() { thread_.join(); }
  FloodServer(FloodServer const&) = delete;
  FloodServer& operator=(FloodServer const&) = delete;

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  void serve(int (*prepare)(SSL*)) {
    Stream stream(io_, context_);
    acceptor_.accept(stream.next_layer());
    error_code ec;
    stream.handshake(asio::ssl::stream_base::server, ec);
    std::array<char, 16 * 1024> request;
    if (!ec) stream.read_some(asio::buffer(request), ec);
    if (ec) return;
    auto const bytes = recorded(stream.native_handle(), 2000, prepare);
    asio::write(stream.next_layer(), asio::buffer(bytes), ec);
    while (!ec) stream.next_layer().read_some(asio::buffer(request), ec);
  }

  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::thread thread_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(whoever_changes_keys_without_end_is_hung_up_on_and_keeps_nobody_waiting) {
  constexpr auto count = 12;
  constexpr auto messages_each = 3000;
  for (auto* const prepare : {&new_keys, &new_keys_for_both}) {
    Loopback net([](ServerConfig& config, ClientConfig&) { config.idle_timeout = 10min; });
    RawClient other(net);
    auto const port = net.server->port();
    std::vector<std::unique_ptr<Flood>> floods;
    run_beside(net, std::async(std::launch::async, [&] {
                 while (floods.size() < count) {
                   floods.push_back(std::make_unique<Flood>(port, messages_each, prepare));
                 }
               }));
    Longest const longest(net.io);
    std::vector<std::future<bool>> hung_up;
    for (auto const& flood : floods) {
      hung_up.push_back(std::async(std::launch::async, [&flood] { return flood->send(); }));
    }
    BOOST_TEST(status_of(other.send(http_get("/nowhere"))) == 404U);
    for (auto& one : hung_up) BOOST_TEST(run_beside(net, std::move(one)));
    BOOST_TEST(status_of(other.send(http_get("/nowhere"))) == 404U);
    BOOST_TEST(net.server->counters().connections_open == 1U);
    BOOST_TEST_MESSAGE("longest pause: " << longest.pause().count() / 1000 << " us");
    BOOST_TEST((longest.pause() < 100ms));
  }
}

BOOST_AUTO_TEST_CASE(a_client_with_a_few_new_keys_is_served_and_with_many_asked_to_connect_anew) {
  for (auto const& [messages, is_kept] : {std::pair(5, true), std::pair(20, false)}) {
    Loopback net;
    auto const port = net.server->port();
    auto const reply = run_beside(net, std::async(std::launch::async, [port, messages = messages] {
                                    asio::io_context io;
                                    asio::ssl::context context(asio::ssl::context::tls_client);
                                    Stream stream(io, context);
                                    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
                                    stream.handshake(asio::ssl::stream_base::client);
                                    for (auto message = 0; message < messages; ++message) {
                                      new_keys(stream.native_handle());
                                      SSL_do_handshake(stream.native_handle());
                                    }
                                    asio::write(stream, asio::buffer(http_get("/nowhere")));
                                    std::array<char, 4096> room;
                                    return std::string(room.data(), stream.read_some(asio::buffer(room)));
                                  }));
    BOOST_TEST(status_of(reply) == 404U);
    BOOST_TEST((reply.find("Connection: close\r\n") == std::string::npos) == is_kept);
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_with_messages_of_tls_alone_ends_the_login_as_unknown_in_time) {
  for (auto* const prepare : {&SSL_new_session_ticket, &new_keys}) {
    Loopback net;
    FloodServer hostile(net.certificates, 2, prepare);  // The list of schemes is asked for first.
    auto const port = hostile.port();
    auto client =
        net.another_client([port](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(port); });
    Longest const longest(net.io);
    auto const began = std::chrono::steady_clock::now();
    auto const [ec, outcome] = await<Outcome>(
        net.io, [&](auto handler) { client.async_login(net.credentials(), net.responder, std::move(handler)); });
    BOOST_TEST(!ec);
    BOOST_TEST((outcome.kind == OutcomeKind::outcome_unknown));
    BOOST_TEST((std::chrono::steady_clock::now() - began < ClientConfig().limits.request_life_span));
    BOOST_TEST((longest.pause() < 100ms));
  }
}

BOOST_AUTO_TEST_SUITE_END()
