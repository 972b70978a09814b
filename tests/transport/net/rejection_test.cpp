// A certificate that is not accepted, on either side, is told with its reason.

#include <support/fake_server.hpp>
#include <support/loopback.hpp>

#include <sallyport/sandbox/throwaway_ca.hpp>

#include <fstream>

BOOST_AUTO_TEST_SUITE(rejection)

using namespace sallyport;
using namespace sallyport::test;

namespace {

std::string const ok = R"({"status":"ok","content":{"status":"succeeded"}})";

/// What a login is told that does not get in.
std::string reason_of(Loopback& net, std::function<void(ClientConfig&)> const& tweak) {
  net.client = net.another_client(tweak);
  auto const [ec, outcome] = net.login();
  BOOST_TEST(ec == TransportErrc::certificate_rejected);
  return outcome.diagnostics.reason;
}

bool says(std::string const& reason, std::initializer_list<std::string_view> words) {
  return std::ranges::all_of(words, [&](auto word) { return reason.find(word) != std::string::npos; });
}

FakeServer::Script kept(std::string const& body) {
  return {.bytes = http_reply(200, body), .close_after = false};
}

/// A server that demands a certificate, and what became of a login there with that one.
struct Demanding {
  explicit Demanding(int tls_version_max = 0) : server(net.io, net.certificates, {kept("[]"), kept(ok)}) {
    server.demand_certificate(net.certificates.ca_file(), tls_version_max);
  }
  std::pair<boost::system::error_code, Outcome> login(std::optional<TlsIdentity> identity) {
    net.client = net.another_client([&](ClientConfig& config) {
      config.url = "https://127.0.0.1:" + std::to_string(server.port());
      config.identity = std::move(identity);
    });
    return net.login();
  }
  Loopback net;
  FakeServer server;
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_authority_that_is_not_trusted_is_named) {
  Loopback net;
  auto const strange = net.certificates.strange_ca_file();
  auto const reason = reason_of(net, [&](ClientConfig& config) { config.ca_file = strange; });
  BOOST_TEST(says(reason, {"certificate", "issued by \"CN=Sallyport throwaway CA\"", "valid from"}), reason);
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_fit_is_told_with_those_that_would) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.address = "127.0.0.2"; });
  auto const port = std::to_string(net.server->port());
  auto const reason = reason_of(net, [&](ClientConfig& config) { config.url = "https://127.0.0.2:" + port; });
  BOOST_TEST(says(reason, {"IP address mismatch", "\"CN=localhost\"", "DNS:localhost", "127.0.0.1"}), reason);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_over_is_told_with_its_time) {
  using namespace std::chrono;
  auto ca = make_throwaway_ca(days(1), system_clock::time_point(sys_days(2020y / 5 / 17))).value();
  Loopback net([&ca](ServerConfig& config, ClientConfig&) {
    config.identity = {.certificate_chain = ca.identity.certificate_chain,
                       .private_key = ca.identity.private_key.clone()};
  });
  auto const ca_file = net.certificates.ca_file() + ".old";
  std::ofstream(ca_file) << ca.certificate;
  auto const reason = reason_of(net, [&](ClientConfig& config) { config.ca_file = ca_file; });
  BOOST_TEST(says(reason, {"certificate has expired", "May 18", "2020"}), reason);
}

BOOST_AUTO_TEST_CASE(a_chain_without_a_pinned_key_is_told_apart) {
  Loopback net;
  auto const reason = reason_of(net, [](ClientConfig& config) { config.pinned_keys = {std::string(64, 'a')}; });
  BOOST_TEST(says(reason, {"no key of the chain is pinned"}), reason);
}

BOOST_AUTO_TEST_CASE(what_else_is_asked_hears_the_reason_too) {
  Loopback net;
  auto const strange = net.certificates.strange_ca_file();
  net.client = net.another_client([&](ClientConfig& config) { config.ca_file = strange; });
  auto const status =
      await<Client::StatusReply>(net.io, [&](auto handler) { net.client->async_status(std::move(handler)); });
  BOOST_TEST(status.first == TransportErrc::certificate_rejected);
  BOOST_TEST_REQUIRE(status.second.message.has_value());
  BOOST_TEST(says(std::string(status.second.message->reveal()), {"issued by"}));
}

BOOST_AUTO_TEST_CASE(a_client_that_shows_its_certificate_is_let_in) {
  for (auto const version : {0, FakeServer::tls_1_2}) {
    Demanding scene(version);
    auto const [ec, outcome] = scene.login(scene.net.certificates.identity());
    BOOST_TEST(!ec, ec.message() << " " << outcome.diagnostics.reason);
    BOOST_TEST(name_of(outcome.kind) == "succeeded");
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_demanded_and_not_there_is_told_before_a_credential_is_posted) {
  for (auto const version : {0, FakeServer::tls_1_2}) {
    BOOST_TEST_CONTEXT("version " << version) {
      Demanding scene(version);
      auto const [ec, outcome] = scene.login({});
      BOOST_TEST(ec == TransportErrc::certificate_rejected);
      BOOST_TEST(says(outcome.diagnostics.reason, {"the server demands a certificate of this client"}),
                 outcome.diagnostics.reason);
      BOOST_TEST(scene.server.requests().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_of_ours_that_is_not_accepted_is_told) {
  Demanding scene;
  Certificates const others;
  auto const [ec, outcome] = scene.login(others.identity());
  BOOST_TEST(ec == TransportErrc::certificate_rejected);
  BOOST_TEST(says(outcome.diagnostics.reason, {"does not accept this client's certificate"}),
             outcome.diagnostics.reason);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_ours_that_cannot_be_read_is_refused_when_the_client_is_made) {
  boost::asio::io_context io;
  Certificates const certificates;
  Certificates const others;
  auto const make = [&](std::string const& chain, std::string_view key) {
    ClientConfig config;
    config.url = "https://localhost:1";
    config.client_id = "id";
    config.client_secret = Secret("secret");
    config.identity = TlsIdentity{.certificate_chain = chain, .private_key = Secret(key)};
    return Client::create(io.get_executor(), std::move(config)).error();
  };
  auto const good = certificates.identity();
  BOOST_TEST(make("", good.private_key.reveal()) == TransportErrc::bad_certificate);
  BOOST_TEST(make(good.certificate_chain, "") == TransportErrc::bad_private_key);
  BOOST_TEST(make(good.certificate_chain, others.identity().private_key.reveal()) == TransportErrc::bad_private_key);
}

BOOST_AUTO_TEST_SUITE_END()
