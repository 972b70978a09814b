// The hash of every table that peers can fill.

#include <support/siphash.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(siphash)

using namespace sallyport;

namespace {

constexpr std::size_t places = 4096;

/// User ids that lie in one place of a table whose hash has no key: anybody can find them beforehand.
std::vector<std::string> chosen_ids(std::size_t count) {
  std::hash<std::string> const hash;
  auto const place = hash("victim") % places;
  std::vector<std::string> ids;
  for (auto number = 0; ids.size() < count; ++number) {
    auto id = "user-" + std::to_string(number);
    if (hash(id) % places == place) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace

BOOST_AUTO_TEST_CASE(siphash_says_what_its_authors_published) {
  SipHash const hash(0x0706050403020100U, 0x0f0e0d0c0b0a0908U);
  std::string text;
  for (auto byte = 0; byte < 15; ++byte) text.push_back(static_cast<char>(byte));
  BOOST_TEST(hash("") == 0x726fdb47dd0e0e31U);
  BOOST_TEST(hash(text.substr(0, 1)) == 0x74f839c593dc67fdU);
  BOOST_TEST(hash(text.substr(0, 8)) == 0x93f5f5799a932462U);
  BOOST_TEST(hash(text) == 0xa129ca6149be45e5U);
}

BOOST_AUTO_TEST_CASE(ids_chosen_for_one_place_of_a_table_are_spread_over_it) {
  auto const ids = chosen_ids(100);
  for (auto table = 0; table < 3; ++table) {
    auto const hash = SipHash::with_fresh_key().value();
    std::set<std::size_t> taken;
    for (auto const& id : ids) taken.insert(hash(id) % places);
    BOOST_TEST(taken.size() > 80U);  // By chance 98.8 are expected.
  }
}

BOOST_AUTO_TEST_CASE(two_keys_have_two_hashes_of_texts_and_numbers) {
  auto const one = SipHash::with_fresh_key().value();
  auto const another = SipHash::with_fresh_key().value();
  for (auto number = 0U; number < 100; ++number) {
    BOOST_TEST(one(std::to_string(number)) != another(std::to_string(number)));
    BOOST_TEST(one(number) != another(number));
  }
  BOOST_TEST(one(1U) == one(std::string_view("\1\0\0\0\0\0\0\0", 8)));
}

// The keys of the one table without it are numbers of our own.
BOOST_AUTO_TEST_CASE(no_table_of_transport_is_without_it) {
  std::size_t tables = 0;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(SALLYPORT_SOURCE_DIR "/transport/src")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      auto const is_table = line.find("unordered_") != std::string::npos && line.find("#include") == std::string::npos;
      if (!is_table || line.find("std::unordered_map<Ticket, ") != std::string::npos) continue;
      ++tables;
      auto const is_keyed =
          line.find("SipHash>") != std::string::npos || line.find("std::uint32_t, Hash, Equal>") != std::string::npos;
      BOOST_TEST(is_keyed, entry.path() << ": " << line);
    }
  }
  BOOST_TEST(tables >= 3U);
}

BOOST_AUTO_TEST_SUITE_END()
