// The floor as a server: tells the three posts apart by a look for a text, and answers with bytes that stand ready.
//   peer_floor_server --port N --certificate FILE --key FILE [--tireless 1]

#include "../dialogue.hpp"
#include "epoll_tls.hpp"

using namespace sallyport::bench;

namespace {

class Server {
public:
  explicit Server(Arguments const& arguments)
      : context_(tls_context(TLS_server_method())), poller_(arguments.number("tireless", 0) != 0) {
    if (SSL_CTX_use_certificate_chain_file(context_, arguments.text("certificate").c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_, arguments.text("key").c_str(), SSL_FILETYPE_PEM) != 1) {
      fail("the certificate cannot be read");
    }
    for (std::size_t post = 0; post < post_count; ++post) answers_[post] = reply_of(replies[post]);
    answers_[post_count] = reply_of(schemes_reply);
    auto const on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto const address = loopback(arguments.number("port", 0));
    if (bind(listener_, as_sockaddr(address), sizeof address) != 0 || listen(listener_, 4096) != 0)
      fail("cannot listen");
    fcntl(listener_, F_SETFL, O_NONBLOCK);
    poller_.add(listener_, nullptr);
  }

  void run() {
    for (;;) {
      poller_.wait([this](void* what) { what == nullptr ? accept_all() : serve(*static_cast<Connection*>(what)); });
    }
  }

private:
  void accept_all() {
    for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      auto* const connection = new Connection;
      connection->start(context_, fd);
      SSL_set_accept_state(connection->tls);
      poller_.add(fd, connection);
    }
  }

  void serve(Connection& connection) {
    std::string_view request;
    auto heard = connection.open ? Connection::Heard::message : connection.shake_hands();
    if (heard == Connection::Heard::message) heard = connection.read(&message_size, request);
    switch (heard) {
      case Connection::Heard::nothing: return;
      case Connection::Heard::message: return connection.write(answers_[post_of(request)]);
      case Connection::Heard::end:
        connection.close();
        delete &connection;
        return;
    }
  }

  SSL_CTX* context_;
  Poller poller_;
  int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::array<std::string, post_count + 1> answers_;
};

}  // namespace

int main(int count, char** arguments) {
  Server(Arguments(count, arguments)).run();
}
