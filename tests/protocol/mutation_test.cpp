#include "protocol/messages.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(mutation)

using namespace sallyport;

namespace {

/// Whatever the bytes are, the codec says no with a path, or says yes to something that it can write and read again.
bool is_sound(std::string_view text, test::EchoFunction echo) {
  auto const once = echo(text, {});
  if (once.error) return once.error->path.starts_with('$') && !once.error->detail.empty();
  auto const twice = echo(once.text, {});
  return !twice.error && twice.text == once.text;
}

void check(std::string_view text, test::EchoFunction echo) {
  if (!is_sound(text, echo)) BOOST_FAIL(text);
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_example_cut_short_does_harm) {
  for (auto const& [file, echo] : test::examples()) {
    auto const text = test::text_of_file(file);
    auto const whole = text.find_last_of('}');
    for (std::size_t size = 0; size < text.size(); ++size) {
      auto const cut = echo(std::string_view(text).substr(0, size), {});
      if (cut.error.has_value() != (size <= whole)) BOOST_FAIL(text.substr(0, size));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_example_with_a_byte_deleted_does_harm) {
  for (auto const& [file, echo] : test::examples()) {
    auto const text = test::text_of_file(file);
    for (std::size_t i = 0; i < text.size(); ++i) check(std::string(text).erase(i, 1), echo);
  }
}

BOOST_AUTO_TEST_CASE(no_example_with_a_byte_changed_does_harm) {
  for (auto const& [file, echo] : test::examples()) {
    auto text = test::text_of_file(file);
    for (auto& byte : text) {
      auto const before = byte;
      for (unsigned const bit : {0U, 2U, 5U, 7U}) {
        byte = static_cast<char>(static_cast<unsigned char>(before) ^ (1U << bit));
        check(text, echo);
      }
      for (char const other : {'"', '\\', '{', ']', ',', '0', '\0', '\xE2'}) {
        byte = other;
        check(text, echo);
      }
      byte = before;
    }
  }
}

BOOST_AUTO_TEST_CASE(no_example_read_as_another_message_does_harm) {
  for (auto const& example : test::examples()) {
    auto const text = test::text_of_file(example.file);
    for (auto const& format : test::formats()) check(text, format.echo);
  }
}

BOOST_AUTO_TEST_SUITE_END()
