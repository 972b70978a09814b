#include <sallyport/sandbox/scenario.hpp>

#include "schema.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(scenario_reader_test)

using namespace sallyport;
using namespace sallyport::test;

namespace {

Population const& population() {
  static auto const read =
      read_population(read_text("sandbox/data/accounts.json"), read_text("sandbox/data/users.json")).value();
  return read;
}

std::string with_doors(std::string const& doors) {
  return R"({"name":"own","description":"An example.","doors":[)" + doors + "]}";
}

std::string const code =
    R"({"name":"code","reply":{"status":"mfaRequired","mfaType":"totp"},"accept":{"mfaCode":"1"}})";

struct Refusal {
  std::string text;
  char const* path;
  char const* problem;
};

}  // namespace

BOOST_AUTO_TEST_CASE(error_names_the_file_the_place_and_the_problem) {
  Refusal const refusals[] = {
      {"", "$", "not JSON at line 1, column 1: "},
      {"{", "$", "not JSON at line 1, column 2: "},
      {"{\n  \"name\": own\n}", "$", "not JSON at line 2, column 11: "},
      {"{}\n]", "$", "not JSON at line 2, column 1: "},
      {"[]", "$", "expected an object, found an array"},
      {R"({"name":"own","doors":[]})", "$.description", "this member is missing"},
      {R"({"name":"Own","description":"x","doors":[]})", "$.name", "a name is small letters"},
      {R"({"name":"own","description":"","doors":[]})", "$.description", "the string is empty"},
      {R"({"name":"own","description":"x","doors":[],"dors":[]})", "$.dors", "there is no such member"},
      {R"({"name":"own","description":"x","doors":[],"brokerTypes":["robbinhood"]})", "$.brokerTypes[0]",
       "the API has no such integration"},
      {R"({"name":"own","description":"x","doors":[],"brokerTypes":[]})", "$.brokerTypes",
       "expected 1 to 64 elements, found 0"},
      {R"({"name":"own","description":"x","doors":[],"brokerTypes":["okx"],"defaultAt":["kraken"]})", "$.defaultAt",
       "brokerTypes does not list 'kraken'"},
      {R"({"name":"own","description":"x","doors":[],"brokerTypes":["okx"],"defaultAt":"everywhere"})", "$.defaultAt",
       "brokerTypes says"},
      {R"({"name":"own","description":"x","doors":[],"begins":"magic"})", "$.begins", "expected one of password,"},
      {R"({"name":"own","description":"x","doors":[],"irregular":1})", "$.irregular", "expected a boolean"},
      {R"({"name":"own","description":"x","doors":[],"users":[{"username":"a","password":"b","accounts":"many"}]})",
       "$.users[0].accounts", "there is no set of accounts 'many'"},
      {R"({"name":"own","description":"x","doors":[],"grant":{"expiresInSeconds":-1}})", "$.grant.expiresInSeconds",
       "expected 0 to"},
      {with_doors(R"({"name":"a"})"), "$.doors[0].reply", "this member is missing"},
      {with_doors(R"({"name":"a","reply":{}})"), "$.doors[0].reply.status", "this member is missing"},
      {with_doors(R"({"name":"a","reply":{"status":"mfaRequierd"}})"), "$.doors[0].reply.status",
       "the API has no value 'mfaRequierd'"},
      {with_doors(R"({"name":"a","reply":{"status":"failed","challengeExpiresInSeconds":"60"}})"),
       "$.doors[0].reply.challengeExpiresInSeconds", "expected a whole number, found a string"},
      {with_doors(R"({"name":"a","reply":{"status":"failed","challengeId":"1"}})"), "$.doors[0].reply.challengeId",
       "there is no such member"},
      {with_doors(R"({"name":"a","reply":{"status":"succeeded"}})"), "$.doors[0]", "a login succeeds behind a door"},
      {with_doors(R"({"name":"a","reply":{"status":"challengeFailed"}})"), "$.doors[0]", "challengeFailed is"},
      {with_doors(R"({"name":"a","reply":{"status":"mfaRequired"}})"), "$.doors[0]", "nothing opens this door"},
      {with_doors(R"({"name":"a","reply":{"status":"mfaRequired"},"accept":{}})"), "$.doors[0].accept",
       "expected at least one member"},
      {with_doors(R"({"name":"a","reply":{"status":"mfaRequired"},"accept":{"MfaCode":"1"}})"),
       "$.doors[0].accept.MfaCode", "this is not a member of a request"},
      {with_doors(R"({"name":"a","reply":{"status":"mfaRequired"},"accept":{"challengeId":"1"}})"),
       "$.doors[0].accept.challengeId", "this is not a member of a request"},
      {with_doors(R"({"name":"a","reply":{"status":"mfaRequired"},"accept":{"mfaCode":"1"},"opensAfterPolls":1})"),
       "$.doors[0].opensAfterPolls", "this door takes an answer"},
      {with_doors(R"({"name":"a","reply":{"status":"delayed"},"accept":{"mfaCode":"1"}})"), "$.doors[0].accept",
       "one waits at this door"},
      {with_doors(R"({"name":"a","reply":{"status":"delayed"},"opensAfterPolls":0})"), "$.doors[0].opensAfterPolls",
       "expected 1 to 10000"},
      {with_doors(R"({"name":"a","reply":{"status":"delayed"},"opensAfterSeconds":1e9})"),
       "$.doors[0].opensAfterSeconds", "expected 0 to 86400"},
      {with_doors(R"({"name":"a","reply":{"status":"bindMfaRequired"}})"), "$.doors[0].restart",
       "this member is missing"},
      {with_doors(R"({"name":"a","reply":{"status":"failed"},"anotherWay":"a"})"), "$.doors[0].anotherWay",
       "the login ends here"},
      {with_doors(code + ',' + code), "$.doors[1]", "there are two doors 'code'"},
      {with_doors(R"({"name":"a","reply":{"status":"delayed"},"then":"b"})"), "$.doors[0].then",
       "there is no door 'b'"},
      {with_doors(R"({"name":"succeeded","reply":{"status":"failed"}})"), "$.doors[0].name", "this name means the end"},
      {with_doors(code + R"(,{"name":"b","reply":{"status":"qrCodeExpired"},"restart":"b"})"), "$.doors[0]",
       "'qrCodeExpired' of door 'b' may not follow 'mfaRequired'"},
      {with_doors(R"({"name":"a","reply":{"status":"emailReceived"}})"), "$.doors[0]", "may not follow a first post"},
      {with_doors(R"({"name":"a","reply":{"status":"delayed"},"then":"succeeded"},)" + code), "$.doors[1]",
       "no way leads to this door"},
      {with_doors(
           R"({"name":"a","reply":{"status":"mfaRequired"},"accept":{"mfaCode":"1"},"delivers":[{"by":"sms","text":"x","code":"2"}]})"),
       "$.doors[0]", "it delivers a code that does not open it"},
      {with_doors(
           R"({"name":"a","reply":{"status":"mfaRequired"},"accept":{"mfaCode":"1"},"delivers":[{"by":"sms","text":"It is 1.","code":"1"}]})"),
       "$.doors[0]", "repeats the code"},
      {with_doors(R"({"name":"a","reply":{"status":"delayed"},"delivers":[{"by":"pigeon","text":"x"}]})"),
       "$.doors[0].delivers[0].by", "expected one of sms, email"},
      {with_doors(R"({"name":"a","silence":"golden"})"), "$.doors[0].silence",
       "expected one of error, forEver, rateLimited"},
      {with_doors(R"({"name":"a","silence":"error","reply":{"status":"failed"}})"), "$.doors[0].reply",
       "an institution that is silent gives no reply"},
  };
  for (auto const& [text, path, problem] : refusals) {
    BOOST_TEST_CONTEXT(text) {
      auto const scenario = read_scenario(text, "own/file.json", population());
      BOOST_TEST_REQUIRE(scenario.has_error());
      BOOST_TEST(scenario.error().file == "own/file.json");
      BOOST_TEST(scenario.error().path == path);
      BOOST_TEST(scenario.error().problem.find(problem) != std::string::npos, scenario.error().message());
    }
  }
}

BOOST_AUTO_TEST_CASE(message_is_one_line_for_a_terminal) {
  ScenarioError const error{"a.json", "$.name", "the string is empty"};
  BOOST_TEST(error.message() == "a.json: $.name: the string is empty");
}

BOOST_AUTO_TEST_CASE(every_bound_is_kept) {
  ScenarioBounds bounds;
  bounds.doors_max = 1;
  auto const doors = with_doors(code + ',' + code);
  BOOST_TEST(read_scenario(doors, "f", population(), bounds).error().problem == "expected 0 to 1 elements, found 2");
  bounds.text_bytes_max = doors.size() - 1;
  BOOST_TEST(read_scenario(doors, "f", population(), bounds).error().path == "$");
  bounds = {};
  bounds.string_length_max = 10;
  BOOST_TEST(read_scenario(doors, "f", population(), bounds).error().path == "$.description");
  auto const deep = std::string(1000, '[');
  BOOST_TEST(read_scenario(deep, "f", population()).has_error());
}

BOOST_AUTO_TEST_CASE(door_leads_to_the_next_one_unless_it_says_otherwise) {
  auto const text = with_doors(R"({"name":"a","reply":{"status":"delayed"},"opensAfterPolls":1},)" + code);
  auto const scenario = read_scenario(text, "f", population());
  BOOST_TEST_REQUIRE(scenario.has_value());
  BOOST_TEST(scenario->doors[0].then.value() == 1U);
  BOOST_TEST(!scenario->doors[1].then.has_value());
  BOOST_TEST(scenario->doors[1].restart == 1U);
  BOOST_TEST(!scenario->doors[1].another_way.has_value());
}

BOOST_AUTO_TEST_CASE(irregular_scenario_may_do_what_the_api_does_not_describe) {
  auto const text =
      R"({"name":"own","description":"x","irregular":true,"doors":[{"name":"a","reply":{"status":"sealedByMoonlight"}}]})";
  auto const scenario = read_scenario(text, "f", population());
  BOOST_TEST_REQUIRE(scenario.has_value());
  BOOST_TEST(scenario->doors[0].reply.status.spelling() == "sealedByMoonlight");
}

BOOST_AUTO_TEST_CASE(population_errors_name_their_file) {
  auto const accounts = R"({"full":[{"cash":"much"}]})";
  BOOST_TEST(read_population(accounts, "[]").error().message().starts_with("accounts.json: $.full[0]: at .cash: "));
  auto const users = R"([{"username":"Mesh","password":"x","accounts":"none"}])";
  BOOST_TEST(read_population("{}", users).error().message() ==
             "users.json: $[0].accounts: there is no set of accounts 'none'");
}

BOOST_AUTO_TEST_SUITE_END()
