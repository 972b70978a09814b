#include <sallyport/transport/account_key.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(account_keys)

using namespace sallyport;

namespace {

AccountKey key(std::string_view name, BrokerType broker = BrokerType::robinhood, std::string_view host = "host-key") {
  return account_key(broker, Secret(name), Secret(host));
}

std::string hex(AccountKey const& key) {
  std::string text;
  for (auto const byte : key.digest) {
    text.push_back("0123456789abcdef"[byte >> 4U]);
    text.push_back("0123456789abcdef"[byte & 15U]);
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_user_has_one_key_however_the_name_is_typed) {
  for (auto const* const typed :
       {"mesh@example.org", "Mesh@Example.ORG", "  mesh@example.org\t", "MESH@EXAMPLE.ORG\r\n"}) {
    BOOST_TEST((key(typed) == key("mesh@example.org")), typed);
  }
  BOOST_TEST(key("mesh").broker == "robinhood");
}

BOOST_AUTO_TEST_CASE(other_users_integrations_and_hosts_have_other_keys) {
  auto const mesh = key("mesh");
  BOOST_TEST((key("mash").digest != mesh.digest));
  BOOST_TEST((key("me sh").digest != mesh.digest));
  BOOST_TEST((key("mesh", BrokerType::kraken).digest != mesh.digest));
  BOOST_TEST((key("mesh", BrokerType::robinhood, "other").digest != mesh.digest));
  auto const unknown = account_key(Open<BrokerType>::from_wire("newBroker"), Secret("mesh"), Secret("host-key"));
  BOOST_TEST(unknown.broker == "newBroker");
}

BOOST_AUTO_TEST_CASE(the_key_is_the_hmac_that_others_compute) {
  // printf 'robinhood\0mesh' | openssl dgst -sha256 -hmac host-key
  BOOST_TEST(hex(key("Mesh")) == "22c0189fc5aeaa24f3b9e7a24b081f3d7131a4936a9eb7caf6c2df62fbd7bab4");
}

BOOST_AUTO_TEST_CASE(a_word_of_the_host_key_tells_it_from_another_and_is_no_account_s) {
  auto const check = host_key_check(Secret("host-key"));
  BOOST_TEST(check.size() == 64U);
  BOOST_TEST(check == host_key_check(Secret("host-key")));
  BOOST_TEST(check != host_key_check(Secret("host-kez")));
  BOOST_TEST(check.find_first_not_of("0123456789abcdef") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
