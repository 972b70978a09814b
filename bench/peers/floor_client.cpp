// The floor as a client, and the load on every server: logins one after the other on each of N connections. It finds
// what it needs of a reply by a look for a text, and fails where a reply is not the right one.
//   peer_floor_client --port N --ca FILE --connections N --logins N --warm-up N [--constant 1] [--doors 1] [--tireless
//   1]
// --constant: the server always says the same. --doors 1: each login stays at its first door, as a user of its own.

#include "../dialogue.hpp"
#include "epoll_tls.hpp"

#include <deque>

using namespace sallyport::bench;

namespace {

struct Login : Connection {
  std::size_t number = 0;
  std::string user;
  std::size_t post = 0;
  std::string challenge_id;
};

class Client {
public:
  explicit Client(Arguments const& arguments)
      : context_(tls_context(TLS_client_method())),
        meter_(arguments.number("warm-up", 0), arguments.number("logins", 1)),
        constant_(arguments.number("constant", 0) != 0),
        doors_(arguments.number("doors", post_count)),
        poller_(arguments.number("tireless", 0) != 0),
        logins_(arguments.number("connections", 64)) {
    if (SSL_CTX_load_verify_locations(context_, arguments.text("ca").c_str(), nullptr) != 1) fail("no CA");
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    auto const address = loopback(arguments.number("port", 0));
    for (auto& login : logins_) {
      login.number = users_++;
      auto const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (connect(fd, as_sockaddr(address), sizeof address) != 0) fail("cannot connect");
      login.start(context_, fd);
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(login.tls), "127.0.0.1");
      SSL_set_connect_state(login.tls);
      poller_.add(fd, &login);
    }
  }

  void run() {
    while (!meter_.enough()) {
      poller_.wait([this](void* what) { go_on(*static_cast<Login*>(what)); });
    }
    meter_.print(doors_);
  }

private:
  void go_on(Login& login) {
    if (!login.open) {
      auto const heard = login.shake_hands();
      if (heard == Connection::Heard::end) fail("the handshake failed");
      if (heard == Connection::Heard::message) begin(login);
      return;
    }
    std::string_view reply;
    switch (login.read(&message_size, reply)) {
      case Connection::Heard::nothing: return;
      case Connection::Heard::end: fail("the server closed");
      case Connection::Heard::message: break;
    }
    check(reply, login);
    if (++login.post < doors_) return send(login);
    if (!meter_.tick()) begin(login);
  }

  void begin(Login& login) {
    login.user = "user-" + std::to_string(doors_ == post_count ? login.number : users_++);
    login.post = 0;
    send(login);
  }

  void send(Login& login) { login.write(request_of(login.post, login.user, login.challenge_id)); }

  void check(std::string_view reply, Login& login) const {
    auto const right = reply.starts_with("HTTP/1.1 200") &&
                       reply.find(constant_ ? expected[0] : expected[login.post]) != std::string_view::npos;
    if (!right) fail("not the reply that was awaited: " + std::string(reply));
    login.challenge_id = challenge_id_of(reply);
  }

  SSL_CTX* context_;
  Meter meter_;
  bool constant_;
  std::size_t doors_;
  Poller poller_;
  std::deque<Login> logins_;
  std::size_t users_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  Client(Arguments(count, arguments)).run();
}
