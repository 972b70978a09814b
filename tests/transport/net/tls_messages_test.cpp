// Messages of TLS after the handshake: tickets and new keys. A few are in order; nobody is kept busy with them.

#include <support/tls_ends.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/errc.hpp>

#include <openssl/ssl.h>

#include <string>

BOOST_AUTO_TEST_SUITE(tls_messages)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code const floods = make_error_code(boost::system::errc::protocol_error);

/// Says so many times that its keys are new.
void change_keys(TlsStream& from, int times, int kind = SSL_KEY_UPDATE_NOT_REQUESTED) {
  for (auto time = 0; time < times; ++time) {
    BOOST_TEST_REQUIRE(SSL_key_update(from.native_handle(), kind) == 1);
    BOOST_TEST_REQUIRE(SSL_do_handshake(from.native_handle()) == 1);
  }
}

/// Each message of TLS from now on fills a record.
void fill_records(TlsStream& from) {
  BOOST_TEST_REQUIRE(SSL_set_block_padding(from.native_handle(), SSL3_RT_MAX_PLAIN_LENGTH) == 1);
}

void say(TlsStream& from, std::string_view words) {
  from.write(words, [](error_code ec) { BOOST_TEST(!ec); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_few_new_keys_come_before_a_word_and_are_answered) {
  for (auto const kind : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
    Ends ends;
    ends.hear();
    change_keys(*ends.client, 5, kind);
    say(*ends.client, "word");
    BOOST_TEST(ends.read(*ends.server).second == "word");
    BOOST_TEST(!ends.server->is_worn());
    say(*ends.server, "reply");
    BOOST_TEST(ends.read(*ends.client).second == "reply");
  }
}

BOOST_AUTO_TEST_CASE(dozens_of_new_keys_end_the_stream_of_either_role) {
  for (auto const kind : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
    Ends ends;
    ends.hear();
    change_keys(*ends.client, 40, kind);
    say(*ends.client, "word");
    BOOST_TEST(ends.read(*ends.server).first == floods);
    BOOST_TEST(!ends.server->is_quiet());
    change_keys(*ends.server, 40);
    BOOST_TEST(ends.read(*ends.client).first == floods);
    BOOST_TEST(ends.read(*ends.client).first == floods);
  }
}

// With a word between them they are as many.
BOOST_AUTO_TEST_CASE(words_do_not_make_room_for_more_new_keys) {
  Ends ends;
  ends.hear();
  auto heard = 0;
  auto end = error_code();
  while (!end && heard < 100) {
    change_keys(*ends.client, 1);
    say(*ends.client, "x");
    end = ends.read(*ends.server).first;
    if (!end) ++heard;
    if (heard == 20) BOOST_TEST(ends.server->is_worn(), "it should not be used for another request");
  }
  BOOST_TEST(end == floods);
  BOOST_TEST(heard >= 24);
  BOOST_TEST(heard <= 48);
}

BOOST_AUTO_TEST_CASE(dozens_of_tickets_end_the_stream_of_a_client_and_a_few_do_not) {
  for (auto const& [tickets, is_flood] : {std::pair(4, false), std::pair(40, true)}) {
    Ends ends;
    for (auto ticket = 0; ticket < tickets; ++ticket) {
      BOOST_TEST_REQUIRE(SSL_new_session_ticket(ends.server->native_handle()) == 1);
      BOOST_TEST_REQUIRE(SSL_do_handshake(ends.server->native_handle()) == 1);
    }
    say(*ends.server, "word");
    auto const [ec, text] = ends.read(*ends.client);
    BOOST_TEST(ec == (is_flood ? floods : error_code()));
    BOOST_TEST(text == (is_flood ? "" : "word"));
  }
}

BOOST_AUTO_TEST_CASE(an_attempt_takes_a_share_of_what_has_come_and_lets_others_go_first) {
  Ends ends;
  ends.hear();
  fill_records(*ends.client);
  change_keys(*ends.client, 3);
  say(*ends.client, "word");
  std::string text(64, '\0');
  auto turns = 0;
  for (;;) {
    auto const step = ends.server->read(asio::buffer(text));
    BOOST_TEST_REQUIRE(!step.ec);
    if (step.want == TlsStream::Want::nothing) {
      BOOST_TEST(text.substr(0, step.size) == "word");
      break;
    }
    if (step.want == TlsStream::Want::turn) ++turns;
    std::optional<error_code> got_on;
    ends.server->wait(step.want, [&got_on](error_code ec) { got_on = ec; });
    BOOST_TEST(!got_on.has_value(), "a waiter was called inside the call");
    ends.until([&] { return got_on.has_value(); });
    BOOST_TEST_REQUIRE(!*got_on);
  }
  BOOST_TEST(turns > 0);
}

BOOST_AUTO_TEST_CASE(bytes_without_a_word_are_bounded_whatever_their_number_of_messages) {
  Ends ends;
  ends.hear();
  fill_records(*ends.client);
  change_keys(*ends.client, 6);
  BOOST_TEST(ends.read(*ends.server).first == floods);
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_closed_while_others_go_first_ends_what_waits) {
  Ends ends;
  ends.hear();
  std::optional<error_code> came;
  ends.client->wait(TlsStream::Want::turn, [&came](error_code ec) { came = ec; });
  ends.client->close();
  BOOST_TEST(!came.has_value());
  ends.until([&] { return came.has_value(); });
  BOOST_TEST(*came == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_SUITE_END()
