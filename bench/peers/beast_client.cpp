// Plain Beast as in its own examples (http_client_async_ssl): tcp_stream with its time-out, a strand each, one request
// object and one reply object, Boost.JSON for what is in them.
//   peer_beast_client --port N --ca FILE --connections N --logins N --warm-up N

#include "../dialogue.hpp"
#include "../meter.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <memory>

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
namespace ssl = net::ssl;
using namespace sallyport::bench;
using boost::system::error_code;

namespace {

class Login : public std::enable_shared_from_this<Login> {
public:
  Login(net::io_context& context, ssl::context& tls, Meter& meter, std::size_t number)
      : context_(context),
        stream_(net::make_strand(context), tls),
        meter_(meter),
        user_("user-" + std::to_string(number)) {}

  void start(net::ip::tcp::endpoint const& endpoint) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream_.native_handle()), "127.0.0.1");
    stream_.next_layer().expires_after(std::chrono::seconds(30));
    stream_.next_layer().async_connect(endpoint, [self = shared_from_this()](error_code ec) {
      if (ec) fail("connect: " + ec.message());
      self->stream_.next_layer().socket().set_option(net::ip::tcp::no_delay(true));
      self->stream_.async_handshake(ssl::stream_base::client, [self](error_code failure) {
        if (failure) fail("handshake: " + failure.message());
        self->send();
      });
    });
  }

private:
  void send() {
    namespace json = boost::json;
    json::object body{{"type", "robinhood"}};
    if (post_ == 0) {
      body["username"] = user_;
      body["password"] = password;
    } else {
      body["challengeId"] = challenge_id_;
      body[post_ == 1 ? "challengeCode" : "mfaCode"] = post_ == 1 ? sms_code : authenticator_code;
      body["mfaType"] = post_ == 1 ? "phone" : "totp";
    }
    body["deviceInfo"] = device_info;
    body["authFlowStep"] = post_ == 0 ? "loginPassword" : "mfaFlow";
    request_ = {http::verb::post, "/api/v1/authenticate?userId=" + user_, 11};
    request_.set(http::field::host, "127.0.0.1");
    request_.set(http::field::user_agent, "bench");
    request_.set(http::field::accept, "application/json");
    request_.set("X-Client-Id", client_id);
    request_.set("X-Client-Secret", client_secret);
    request_.set(http::field::content_type, "application/json");
    request_.body() = json::serialize(body);
    request_.prepare_payload();
    stream_.next_layer().expires_after(std::chrono::seconds(30));
    http::async_write(stream_, request_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec) fail("write: " + ec.message());
      self->receive();
    });
  }

  void receive() {
    reply_ = {};
    http::async_read(stream_, buffer_, reply_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec) fail("read: " + ec.message());
      self->received();
    });
  }

  void received() {
    static constexpr std::array<std::string_view, post_count> statuses = {"challengeIssued", "mfaRequired",
                                                                          "succeeded"};
    auto const envelope = boost::json::parse(reply_.body());
    auto const& content = envelope.at("content").as_object();
    if (reply_.result() != http::status::ok || content.at("status").as_string() != statuses[post_]) fail(reply_.body());
    if (auto const* const id = content.if_contains("challengeId")) challenge_id_ = id->as_string();
    if (++post_ < post_count) return send();
    post_ = 0;
    if (meter_.tick()) return context_.stop();
    send();
  }

  net::io_context& context_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  Meter& meter_;
  std::string user_;
  std::string challenge_id_;
  std::size_t post_ = 0;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> reply_;
};

}  // namespace

int main(int count, char** values) {
  Arguments const arguments(count, values);
  net::io_context context{1};
  ssl::context tls(ssl::context::tlsv13_client);
  tls.set_verify_mode(ssl::verify_peer);
  tls.load_verify_file(arguments.text("ca"));
  Meter meter(arguments.number("warm-up", 0), arguments.number("logins", 1));
  net::ip::tcp::endpoint const endpoint(net::ip::address_v4::loopback(),
                                        static_cast<std::uint16_t>(arguments.number("port", 0)));
  for (std::size_t number = 0; number < arguments.number("connections", 64); ++number) {
    std::make_shared<Login>(context, tls, meter, number)->start(endpoint);
  }
  context.run();
  meter.print(post_count);
}
