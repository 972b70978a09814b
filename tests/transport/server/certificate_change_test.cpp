// A server shows a new certificate without a stop.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(certificate_change)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr std::string_view schemes = "/api/v1/authenticationSchemes";

}  // namespace

BOOST_AUTO_TEST_CASE(who_connects_later_sees_the_new_one_and_who_is_connected_goes_on) {
  Loopback net;
  Certificates const next;
  RawClient before(net);
  BOOST_TEST(status_of(before.send(http_get(schemes))) == 200U);
  BOOST_TEST(!net.server->use_identity(next.identity()).failed());
  RawClient after(net.io, next.ca_file(), net.server->port());
  BOOST_TEST(status_of(after.send(http_get(schemes))) == 200U);
  BOOST_TEST(status_of(before.send(http_get(schemes))) == 200U);
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_used_changes_nothing) {
  Loopback net;
  Certificates const next;
  auto wrong = next.identity();
  wrong.certificate_chain = "none";
  BOOST_TEST(net.server->use_identity(wrong) == TransportErrc::bad_certificate);
  auto mixed = next.identity();
  mixed.private_key = net.certificates.identity().private_key.clone();
  BOOST_TEST(net.server->use_identity(mixed) == TransportErrc::bad_private_key);
  RawClient client(net);
  BOOST_TEST(status_of(client.send(http_get(schemes))) == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
