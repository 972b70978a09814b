#include "protocol/messages.hpp"

#include "protocol/freed_blocks.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <ostream>
#include <string>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(secret)

using namespace sallyport;

namespace {

constexpr std::string_view canary = "canary-4711-do-not-keep";

template <class T>
concept Printable = requires(std::ostream& stream, T const& value) {
  stream << value;
};
template <class T>
concept Comparable = requires(T const& value) {
  value == value;
};

static_assert(!Printable<Secret> && !Comparable<Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);
static_assert(!std::is_convertible_v<std::string_view, Secret> && !std::is_convertible_v<Secret, std::string_view>);

/// Whether the bytes lie in the part of the stack that earlier calls have left behind.
[[gnu::noinline, gnu::no_sanitize_address]] bool is_on_the_dead_stack(std::string_view sought) {
  auto const* const end = static_cast<char const volatile*>(__builtin_frame_address(0)) - 64;
  for (auto const* byte = end - 60000; byte < end; ++byte) {
    std::size_t same = 0;
    while (same < sought.size() && byte[same] == sought[same]) ++same;
    if (same == sought.size()) return true;
  }
  return false;
}

[[gnu::noinline]] void leave_on_the_stack(std::string_view text) {
  std::array<char, 1000> copy{};
  text.copy(copy.data() + 500, 500);
  asm volatile("" : : "r"(copy.data()) : "memory");
}

[[gnu::noinline]] void clear_the_dead_stack() {
  std::array<char, 64000> over;
  wipe(over.data(), over.size());
}

[[gnu::noinline]] bool is_read(std::string_view text) {
  return decode<AuthRequest>(text).has_value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_watcher_of_freed_blocks_sees_what_a_string_leaves_behind) {
  test::FreedBlocks freed(canary);
  std::make_unique<std::string>(std::string(canary) + std::string(100, 'x')).reset();
  BOOST_TEST(freed.found() > 0U);
}

BOOST_AUTO_TEST_CASE(a_secret_leaves_nothing_behind) {
  test::FreedBlocks freed(canary);
  { Secret const dropped(canary); }
  {
    Secret grown(canary);
    for (int i = 0; i < 1000; ++i) grown.push_back('x');
    grown.append(canary);
  }
  {
    Secret assigned(canary);
    assigned = Secret("other");
    assigned = Secret(canary);
    Secret const moved(std::move(assigned));
    Secret const cloned = moved.clone();
    BOOST_TEST(cloned.reveal() == canary);
  }
  std::make_unique<Secret>(canary).reset();
  BOOST_TEST(freed.found() == 0U);
}

BOOST_AUTO_TEST_CASE(a_cleared_secret_is_wiped_where_it_lies) {
  Secret cleared(canary);
  auto const* const bytes = cleared.reveal().data();
  cleared.reserve(cleared.size());
  BOOST_REQUIRE(cleared.reveal().data() == bytes);
  test::FreedBlocks freed(canary);
  cleared.clear();
  BOOST_TEST(cleared.empty());
  cleared.push_back(' ');
  BOOST_TEST(cleared.reveal().data() == bytes);
  cleared = Secret();
  BOOST_TEST(freed.found() == 0U);
}

BOOST_AUTO_TEST_CASE(a_secret_assigned_to_itself_stays) {
  Secret kept(canary);
  auto& same = kept;
  kept = std::move(same);
  BOOST_TEST(kept.reveal() == canary);
}

BOOST_AUTO_TEST_CASE(a_moved_secret_is_empty) {
  Secret from(canary);
  Secret to(std::move(from));
  BOOST_TEST(from.empty());
  from = std::move(to);
  BOOST_TEST(to.empty());
  BOOST_TEST(from.reveal() == canary);
}

BOOST_AUTO_TEST_CASE(equals_compares_bytes) {
  BOOST_TEST(equals(Secret("abc"), Secret("abc")));
  BOOST_TEST(equals(Secret(), Secret("")));
  BOOST_TEST(equals(std::string_view(), std::string_view()));
  BOOST_TEST(!equals(Secret("abc"), Secret("abd")));
  BOOST_TEST(!equals(Secret("xbc"), Secret("abc")));
  BOOST_TEST(!equals(Secret("abc"), Secret("ab")));
  BOOST_TEST(!equals(Secret("abc"), Secret()));
  BOOST_TEST(equals(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
  BOOST_TEST(!equals(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

BOOST_AUTO_TEST_CASE(a_message_read_and_written_leaves_no_secret_behind) {
  auto const texts = {
      R"({"type":"okx","username":"%","password":"x%","key":"%","trueAuthAuthRequest":{"userAgent":null,)"
      R"("requestHeaders":{"a":"%","b":"%"},"cookies":[{"c":"%"},{"d":"%"},{"e":"%"}]}})",
      R"({"type":"okx","password":"\n%\u0041%\t"})",
      R"({"password":"%"})",
      R"({"type":"okx","password":"%","password":"%"})",
      R"({"type":"okx","password":"%)",
      R"({"type":"okx","password":"\n%\q"})",
      R"({"type":"okx","password":"%","trueAuthAuthRequest":{"requestHeaders":{"a":"%","b":1}}})",
      R"({"type":"okx","password":"%","isSensitiveFieldsEncrypted":true})",
      R"({"type":"okx","unheardOf":"\n%"})",
  };
  for (std::string text : texts) {
    for (auto mark = text.find('%'); mark != std::string::npos; mark = text.find('%')) text.replace(mark, 1, canary);
    BOOST_TEST_CONTEXT(text) {
      test::FreedBlocks freed(canary);
      {
        auto const request = decode<AuthRequest>(text);
        if (request) {
          auto const written = encode(*request);
          BOOST_TEST(written.reveal().size() > 0U);
        }
      }
      BOOST_TEST(freed.found() == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_string_with_escapes_leaves_nothing_on_the_stack) {
  auto const text = R"({"type":"okx","password":"\n)" + std::string(canary) + "\"}";
  leave_on_the_stack(canary);
  bool const is_seen_by_the_search = is_on_the_dead_stack(canary);
  // The first call of a function in a shared library may go through the dynamic linker, which saves the vector
  // registers on the stack, whatever is in them. A program that is linked with -z now has no such call.
  bool const is_linked = is_read(R"({"type":"okx","password":"\nnothing to hide"})");
  clear_the_dead_stack();
  bool const read = is_read(text);
  bool const is_left = is_on_the_dead_stack(canary);
  BOOST_TEST(is_seen_by_the_search);
  BOOST_TEST(is_linked);
  BOOST_TEST(read);
  BOOST_TEST(!is_left);
}

BOOST_AUTO_TEST_CASE(a_reply_read_and_written_leaves_no_token_behind) {
  auto const tokens =
      R"({"accessToken":")" + std::string(canary) + R"(","refreshToken":")" + std::string(canary) + "\"}";
  auto text =
      R"({"status":"ok","message":")" + std::string(canary) + R"(","content":{"status":"succeeded","accountTokens":[)";
  for (int i = 0; i < 40; ++i) text += tokens + ",";
  text += tokens + "]}}";
  test::FreedBlocks freed(canary);
  {
    auto const reply = decode<ApiResult<AuthResponse>>(text);
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST(encode(*reply).reveal() == text);
  }
  BOOST_TEST(freed.found() == 0U);
}

BOOST_AUTO_TEST_CASE(base64_leaves_neither_form_behind) {
  AuthRequest request;
  request.type = BrokerType::okx;
  request.password = Secret(canary);
  request.is_sensitive_fields_encrypted = true;
  auto const text = encode(request);
  auto const mark = text.reveal().find(R"("password":")") + 12;
  std::string const covered(text.reveal().substr(mark, 32));
  for (auto const sought : {canary, std::string_view(covered)}) {
    test::FreedBlocks freed(sought);
    {
      auto const read = decode<AuthRequest>(text.reveal());
      BOOST_REQUIRE(read.has_value());
      BOOST_TEST(equals(read->password->reveal(), canary));
      BOOST_TEST(equals(encode(*read), text));
    }
    BOOST_TEST(freed.found() == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
