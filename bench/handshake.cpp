// What does a TLS handshake cost, in full and resumed? One connection after the other: connect, shake hands, ask once,
// close. The ticket of one connection resumes the next, where that is wanted.
//   bench_handshake --port N --ca FILE --count N [--resume 1] [--keep 1]
// --keep leaves them open at the end and waits for a byte on the standard input: for the memory of whoever serves them.

#include "dialogue.hpp"
#include "peers/epoll_tls.hpp"

using namespace sallyport::bench;

namespace {

SSL_SESSION* newest = nullptr;

int keep(SSL*, SSL_SESSION* session) {
  SSL_SESSION_free(newest);
  newest = session;
  return 1;
}

void visit(SSL_CTX* context, sockaddr_in const& address, bool resume, bool keeps) {
  auto const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, as_sockaddr(address), sizeof address) != 0) fail("cannot connect");
  auto const on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto* const tls = SSL_new(context);
  SSL_set_fd(tls, fd);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), "127.0.0.1");
  auto const resumes = resume && newest != nullptr;
  if (resumes) SSL_set_session(tls, newest);
  if (SSL_connect(tls) != 1) fail("the handshake failed");
  if ((SSL_session_reused(tls) == 1) != resumes) fail(resumes ? "the session was not resumed" : "it was resumed");
  auto const request = request_of(0, "visitor", {});
  std::array<char, 8192> reply{};
  auto const written = SSL_write(tls, request.data(), static_cast<int>(request.size()));
  if (written <= 0 || SSL_read(tls, reply.data(), static_cast<int>(reply.size())) <= 0) fail("no reply");
  if (keeps) return;
  SSL_shutdown(tls);
  SSL_free(tls);
  close(fd);
}

}  // namespace

int main(int count, char** values) {
  Arguments const arguments(count, values);
  auto* const context = tls_context(TLS_client_method());
  if (SSL_CTX_load_verify_locations(context, arguments.text("ca").c_str(), nullptr) != 1) fail("no CA");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &keep);
  auto const address = loopback(arguments.number("port", 0));
  auto const resume = arguments.number("resume", 0) != 0;
  auto const connections = arguments.number("count", 200);
  auto const keeps = arguments.number("keep", 0) != 0;
  Meter meter(keeps ? 0 : 20, connections);
  while (!meter.tick()) visit(context, address, resume, keeps);
  meter.print();
  if (!keeps) return 0;
  std::printf("{\"connections\": %zu}\n", connections);
  std::fflush(stdout);
  std::getchar();
}
