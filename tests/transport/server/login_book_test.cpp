// What a server keeps of its logins.

#include <boost/test/unit_test.hpp>

#include <server/login_book.hpp>

#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(login_book)

using namespace sallyport;

namespace {

SessionHandle handle(std::uint32_t slot, std::uint32_t generation = 1) {
  return {slot, generation};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_login_is_found_by_its_key_and_by_its_session) {
  LoginBook book(SipHash(1, 2));
  std::string const key("client\0user\0robinhood", 21);
  auto& login = book.open(key, handle(3));
  BOOST_TEST(book.find(key) == &login);
  BOOST_TEST(book.find(handle(3)) == &login);
  BOOST_TEST(book.find(handle(3, 2)) == nullptr);
  BOOST_TEST(book.find(handle(0, 0)) == nullptr);
  BOOST_TEST(book.find(handle(7)) == nullptr);
  BOOST_TEST(book.find(key.substr(0, 20)) == nullptr);
  BOOST_TEST(login.key() == key);
}

BOOST_AUTO_TEST_CASE(an_erased_login_is_gone_and_its_slot_is_free) {
  LoginBook book(SipHash(1, 2));
  auto& first = book.open("one", handle(0));
  first.over = true;
  book.erase(first);
  BOOST_TEST(book.find("one") == nullptr);
  BOOST_TEST(book.find(handle(0)) == nullptr);
  auto& second = book.open("two", handle(0, 2));
  BOOST_TEST(!second.over);
  BOOST_TEST(book.find("two") == &second);
  BOOST_TEST(book.find("one") == nullptr);
}

BOOST_AUTO_TEST_CASE(many_logins_stay_where_they_are) {
  LoginBook book(SipHash(1, 2));
  constexpr std::uint32_t many = 10'000;
  auto* const first = &book.open("key-0", handle(0));
  for (std::uint32_t slot = 1; slot < many; ++slot) book.open("key-" + std::to_string(slot), handle(slot));
  BOOST_TEST(book.find("key-0") == first);
  for (std::uint32_t slot = 0; slot < many; slot += 2) book.erase(*book.find(handle(slot)));
  std::set<std::uint32_t> left;
  book.each([&left](KeptLogin const& login) { left.insert(login.handle.slot); });
  BOOST_TEST(left.size() == many / 2);
  for (auto const slot : left) BOOST_TEST(slot % 2 == 1U);
  book.clear();
  BOOST_TEST(book.find("key-1") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_login_that_waits_takes_few_bytes) {
  BOOST_TEST(sizeof(KeptLogin) <= 160U);
}

BOOST_AUTO_TEST_SUITE_END()
