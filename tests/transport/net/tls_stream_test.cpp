// TLS over a socket: what the two ends make of little room, long messages, and ends announced and not.

#include <support/tls_ends.hpp>

#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(tls_stream)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::string long_text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + ' ';
  text.resize(size);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_the_socket_takes_at_once_is_written_inside_the_call) {
  Ends ends;
  std::optional<error_code> written;
  ends.client->write("a word", [&written](error_code ec) { written = ec; });
  BOOST_TEST_REQUIRE(written.has_value());
  BOOST_TEST(!*written);
  BOOST_TEST(ends.read(*ends.server).second == "a word");
}

BOOST_AUTO_TEST_CASE(a_message_longer_than_the_room_arrives_whole_and_in_order) {
  Ends ends(64 * 1024);
  auto const text = long_text(3'000'000);
  std::optional<error_code> written;
  ends.client->write(text, [&written](error_code ec) { written = ec; });
  BOOST_TEST(!written.has_value(), "so much cannot have fitted");
  BOOST_TEST((ends.read_all(*ends.server, text.size()) == text));
  ends.until([&] { return written.has_value(); });
  BOOST_TEST(!*written);
}

BOOST_AUTO_TEST_CASE(a_record_is_read_in_as_many_pieces_as_the_reader_wants) {
  Ends ends;
  ends.client->write("abcdef", [](error_code ec) { BOOST_TEST(!ec); });
  BOOST_TEST(ends.read(*ends.server, 4).second == "abcd");
  BOOST_TEST(!ends.server->is_quiet(), "half of a record is left");
  BOOST_TEST(ends.read(*ends.server, 4).second == "ef");
  BOOST_TEST(ends.server->is_quiet());
}

BOOST_AUTO_TEST_CASE(an_announced_end_differs_from_one_that_is_not) {
  for (auto const announced : {true, false}) {
    Ends ends;
    ends.hear();
    if (announced) BOOST_TEST(SSL_shutdown(ends.client->native_handle()) == 0);
    ends.client->close();
    error_code const expected =
        announced ? error_code(asio::error::eof) : error_code(asio::ssl::error::stream_truncated);
    BOOST_TEST(ends.read(*ends.server).first == expected);
  }
}

// The host's code shares the thread, and with it OpenSSL's queue of errors.
BOOST_AUTO_TEST_CASE(an_error_that_somebody_left_is_not_taken_for_that_of_a_stream) {
  Ends ends;
  ends.hear();
  auto const leave_an_error = [] { ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR); };
  std::string room(16, '\0');
  leave_an_error();
  auto const step = ends.server->read(asio::buffer(room));
  BOOST_TEST(!step.ec);
  BOOST_TEST((step.want == TlsStream::Want::input));
  ends.client->write("word", [](error_code ec) { BOOST_TEST(!ec); });
  leave_an_error();
  BOOST_TEST(ends.read(*ends.server).second == "word");
  BOOST_TEST(SSL_shutdown(ends.client->native_handle()) == 0);
  leave_an_error();
  BOOST_TEST(ends.read(*ends.server).first == error_code(asio::error::eof));
}

BOOST_AUTO_TEST_CASE(a_forged_record_and_the_alert_that_answers_it_are_errors_and_no_ends) {
  Ends ends(0, nullptr, true);
  ends.hear();
  std::string record("\x17\x03\x03\x00\x20", 5);
  record.append(32, 'f');
  BOOST_TEST_REQUIRE(::send(ends.server_wire, record.data(), record.size(), 0) == static_cast<ssize_t>(record.size()));
  auto const reason = [](error_code ec) { return ERR_GET_REASON(static_cast<unsigned long>(ec.value())); };
  auto const forged = ends.read(*ends.client).first;
  BOOST_TEST((forged.category() == asio::error::get_ssl_category()));
  BOOST_TEST(reason(forged) == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  auto const alert = ends.read(*ends.server).first;
  BOOST_TEST((alert.category() == asio::error::get_ssl_category()));
  BOOST_TEST(reason(alert) == SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
}

// Five bytes are the header: none of it may be forgotten, whatever is given back meanwhile.
BOOST_AUTO_TEST_CASE(a_stream_in_the_midst_of_a_record_is_not_quiet) {
  std::string record("\x17\x03\x03\x00\x20", 5);
  record.append(32, 'f');
  for (std::size_t const cut : {1U, 4U, 5U, 6U}) {
    Ends ends(0, nullptr, true);
    ends.hear();
    BOOST_TEST(ends.client->is_quiet());
    std::optional<error_code> came;
    ends.client->wait(TlsStream::Want::input, [&came](error_code ec) { came = ec; });
    BOOST_TEST_REQUIRE(::send(ends.server_wire, record.data(), cut, 0) == static_cast<ssize_t>(cut));
    ends.until([&] { return came.has_value(); });
    std::string text(16, '\0');
    BOOST_TEST((ends.client->read(asio::buffer(text)).want == TlsStream::Want::input));
    BOOST_TEST(!ends.client->is_quiet(), cut << " bytes of a record");
    ends.client->give_back_memory();
    auto const rest = std::string_view(record).substr(cut);
    BOOST_TEST_REQUIRE(::send(ends.server_wire, rest.data(), rest.size(), 0) == static_cast<ssize_t>(rest.size()));
    auto const end = ends.read(*ends.client).first;
    BOOST_TEST(ERR_GET_REASON(static_cast<unsigned long>(end.value())) == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  }
}

BOOST_AUTO_TEST_CASE(writing_to_a_peer_that_is_gone_is_an_error_and_no_signal) {
  Ends ends;
  ends.server->close();
  ends.until([&] { return !ends.client->is_quiet(); });
  std::optional<error_code> written;
  for (auto attempt = 0; attempt < 100 && !(written && *written); ++attempt) {
    ends.client->write("is anybody there?", [&written](error_code ec) { written = ec; });
    ends.until([&] { return written.has_value(); });
  }
  BOOST_TEST(written->failed());
  BOOST_TEST((written->category() == boost::system::system_category()));
}

BOOST_AUTO_TEST_CASE(a_closed_stream_ends_what_is_pending) {
  Ends ends;
  ends.hear();
  std::optional<error_code> read;
  ends.client->wait(TlsStream::Want::input, [&read](error_code ec) { read = ec; });
  ends.client->close();
  ends.until([&] { return read.has_value(); });
  BOOST_TEST(*read == asio::error::operation_aborted);
  std::optional<error_code> shaken;
  ends.client->async_handshake(asio::ssl::stream_base::client, [&shaken](error_code ec) { shaken = ec; });
  ends.until([&] { return shaken.has_value(); });
  BOOST_TEST(*shaken == asio::error::not_connected);
}

BOOST_AUTO_TEST_CASE(a_quiet_stream_hears_of_bytes_and_of_the_end) {
  Ends ends;
  ends.client->write("x", [](error_code ec) { BOOST_TEST(!ec); });
  BOOST_TEST(ends.read(*ends.server).second == "x");
  BOOST_TEST(ends.server->is_quiet());
  ends.client->write("y", [](error_code ec) { BOOST_TEST(!ec); });
  ends.until([&] { return !ends.server->is_quiet(); });
  BOOST_TEST(ends.read(*ends.server).second == "y");
  BOOST_TEST(ends.server->is_quiet());
  ends.client->close();
  ends.until([&] { return !ends.server->is_quiet(); });
}

BOOST_AUTO_TEST_CASE(a_ticket_of_one_stream_spares_the_next_the_whole_handshake_once) {
  TicketBox tickets;
  Ends ends(0, &tickets);
  BOOST_TEST(SSL_session_reused(ends.client->native_handle()) == 0);
  ends.hear();
  // A server sends two tickets after a whole handshake.
  for (auto const reused : {1, 1, 0}) {
    ends.connect(0, &tickets);
    BOOST_TEST(SSL_session_reused(ends.client->native_handle()) == reused);
    BOOST_TEST(SSL_get_verify_result(ends.client->native_handle()) == X509_V_OK);
  }
  ends.hear();
  ends.connect(0, &tickets);
  BOOST_TEST(SSL_session_reused(ends.client->native_handle()) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
