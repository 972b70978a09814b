#include <sallyport/sandbox/catalogue.hpp>

#include "player.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

BOOST_AUTO_TEST_SUITE(catalogue_test)

using namespace sallyport;
using namespace sallyport::test;

namespace {

AuthRequest post(BrokerType broker, char const* username) {
  AuthRequest request;
  request.type = broker;
  request.username = Secret(username);
  return request;
}

/// A directory that is gone when the test is over.
class Directory {
public:
  explicit Directory(char const* name)
      : path_(std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(Directory const&) = delete;
  Directory& operator=(Directory const&) = delete;

  void write(char const* name, std::string const& text) const { std::ofstream(path_ / name) << text; }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

private:
  std::filesystem::path path_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(integration_plays_its_default_unless_the_user_name_says_otherwise) {
  struct Row {
    BrokerType broker;
    char const* username;
    char const* scenario;
  };
  using B = BrokerType;
  for (auto const& [broker, username, scenario] : {
           Row{B::robinhood, "Mesh", "sms"},
           {B::robinhood, "Mesh2+push", "push"},
           {B::binance_international_direct, "Mesh", "face-key"},
           {B::binance_international_direct, "Mesh+captcha", "captcha"},
           {B::coinbase, "Mesh", "totp"},
           {B::vanguard, "Mesh", "questions"},
           {B::we_bull, "Mesh", "sms-pin"},
           {B::public_, "Mesh", "identifier"},
           {B::gemini, "Mesh", "captcha"},
           {B::coinbase_pro, "Mesh", "email-link"},
           {B::cex_io, "Mesh", "delayed"},
           {B::sandbox, "Mesh", "plain"},
           {B::sandbox, "Mesh+push", "push"},
           {B::binance_international, "Mesh", "api-key"},
           {B::kraken, "Mesh+locked", "locked"},
           {B::cryptocurrency_address, "0x", "address"},
           {B::okx, "", "module"},
           {B::bybit_direct_mobile, "", "module"},
           {B::stash, "Mesh", "sms"},
           {B::interactive_brokers, "Mesh", "push"},
           {B::kraken_direct, "Mesh", "email-link-totp"},
           {B::btc_turk_direct, "Mesh", "two-factors"},
           {B::ku_coin_direct, "Mesh", "captcha-email-pin"},
           {B::defi_wallet, "0x", "address"},
       }) {
    BOOST_TEST_CONTEXT(wire_name(broker) << ' ' << username) {
      auto const choice = catalogue().choose(post(broker, username));
      BOOST_TEST_REQUIRE(choice.scenario != nullptr);
      BOOST_TEST(choice.scenario->name == scenario);
    }
  }
}

BOOST_AUTO_TEST_CASE(post_with_login_qr_code_plays_the_default_of_the_qr_code) {
  AuthRequest request;
  request.type = BrokerType::binance_international_direct;
  request.auth_flow_step = AuthFlowStep::login_qr_code;
  BOOST_TEST_REQUIRE(catalogue().choose(request).scenario != nullptr);
  BOOST_TEST(catalogue().choose(request).scenario->name == "qr-login");
  request.username = Secret("Mesh+qr-expired");
  BOOST_TEST(catalogue().choose(request).scenario->name == "qr-expired");
}

BOOST_AUTO_TEST_CASE(unknown_scenario_is_told_apart_from_an_unknown_integration) {
  auto const scenario = catalogue().choose(post(BrokerType::robinhood, "Mesh+no-such-thing"));
  BOOST_TEST(scenario.scenario == nullptr);
  BOOST_TEST(scenario.problem ==
             "The sandbox has no scenario of that name for this integration, and cannot compose one: at character 1: "
             "expected a door, a modifier, an ending or a fault.");
  BOOST_TEST(catalogue().choose(post(BrokerType::we_bull, "Mesh+qr-login")).scenario == nullptr);
  auto const integration = catalogue().choose(post(BrokerType::unknown, "Mesh"));
  BOOST_TEST(integration.problem == "The sandbox has no such integration.");
  AuthRequest request;
  request.type = BrokerType::robinhood;
  request.auth_flow_step = AuthFlowStep::login_qr_code;
  BOOST_TEST(catalogue().choose(request).problem == "The sandbox has no scenario for this way to log in.");
}

BOOST_AUTO_TEST_CASE(user_name_is_split_at_its_first_plus) {
  BOOST_TEST(split_username("Mesh").username == "Mesh");
  BOOST_TEST(!split_username("Mesh").scenario.has_value());
  BOOST_TEST(split_username("Mesh+a+b").scenario.value() == "a+b");
  BOOST_TEST(split_username("Mesh+").scenario.value() == "");
  BOOST_TEST(split_username("Mesh@x").username == "Mesh@x");
  auto const mailbox = split_username("Mesh+sms+life(3s)@example.com");
  BOOST_TEST(mailbox.username == "Mesh");
  BOOST_TEST(mailbox.scenario.value() == "sms+life(3s)");
  BOOST_TEST(mailbox.domain == "@example.com");
}

BOOST_AUTO_TEST_CASE(own_scenario_is_played_instead_of_an_embedded_one) {
  Directory const directory("sallyport-scenarios-");
  directory.write("b.json", R"({"name":"push","description":"Mine.","brokerTypes":["robinhood"],"doors":[]})");
  directory.write("a.json",
                  R"({"name":"gate","description":"New.","defaultAt":["kraken"],"begins":"apiKey","doors":[]})");
  directory.write("readme.txt", "not a scenario");
  auto own = Catalogue::embedded();
  BOOST_TEST_REQUIRE(own.load(directory.path()).has_value());
  BOOST_TEST(own.choose(post(BrokerType::robinhood, "Mesh+push")).scenario->description == "Mine.");
  BOOST_TEST(own.choose(post(BrokerType::sandbox, "Mesh+push")).scenario->description != "Mine.");
  BOOST_TEST(own.choose(post(BrokerType::we_bull, "Mesh+gate")).scenario->description == "New.");
  BOOST_TEST(own.choose(post(BrokerType::kraken, "Mesh")).scenario->name == "gate");
  BOOST_TEST(own.choose(post(BrokerType::binance_international, "Mesh")).scenario->name == "api-key");
}

BOOST_AUTO_TEST_CASE(directory_with_one_bad_file_changes_nothing) {
  Directory const directory("sallyport-bad-scenarios-");
  directory.write("a.json", R"({"name":"good","description":"x","doors":[]})");
  directory.write("b.json", R"({"name":"bad","description":"x","doors":[{}]})");
  auto own = Catalogue::embedded();
  auto const count = own.scenarios().size();
  auto const loaded = own.load(directory.path());
  BOOST_TEST_REQUIRE(loaded.has_error());
  BOOST_TEST(loaded.error().message() ==
             (directory.path() / "b.json").string() + ": $.doors[0].name: this member is missing");
  BOOST_TEST(own.scenarios().size() == count);
}

BOOST_AUTO_TEST_CASE(directory_that_cannot_be_read_is_an_error) {
  auto own = Catalogue::embedded();
  auto const loaded = own.load("/no/such/directory");
  BOOST_TEST_REQUIRE(loaded.has_error());
  BOOST_TEST(loaded.error().message().starts_with("/no/such/directory: $: cannot be read: "));
}

BOOST_AUTO_TEST_CASE(directory_has_a_bounded_number_of_bounded_files) {
  Directory const directory("sallyport-many-scenarios-");
  directory.write("a.json", R"({"name":"a","description":"x","doors":[]})");
  directory.write("b.json", R"({"name":"b","description":"x","doors":[]})");
  auto own = Catalogue::embedded();
  ScenarioBounds bounds;
  bounds.files_max = 1;
  BOOST_TEST(own.load(directory.path(), bounds).error().problem == "more than 1 files");
  bounds = {};
  bounds.text_bytes_max = 8;
  BOOST_TEST(own.load(directory.path(), bounds).error().problem == "the file is longer than 8 bytes");
}

BOOST_AUTO_TEST_SUITE_END()
