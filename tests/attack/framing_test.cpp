// A request of which somebody before the server may see another end than the server is refused, and the connection with
// it: nothing hides in another request.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(framing)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr std::string_view body = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";

/// A post with these lines of its header and then what follows it.
std::string post(std::string_view lines, std::string_view rest, std::string_view version = "1.1") {
  return "POST /api/v1/authenticate?userId=u1 HTTP/" + std::string(version) + "\r\n" + std::string(known_client) +
         "Content-Type: application/json\r\n" + std::string(lines) + "\r\n" + std::string(rest);
}

std::string length_of(std::string_view text) {
  return std::to_string(text.size());
}

std::string chunked(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  BOOST_TEST_REQUIRE((text.size() > 15 && text.size() < 256));
  return {std::string{digits[text.size() / 16], digits[text.size() % 16]} + "\r\n" + std::string(text) +
          "\r\n0\r\n\r\n"};
}

struct Shape {
  std::string_view name;
  std::string request;
};

std::vector<Shape> two_ends() {
  std::string const host = "Host: x\r\n";
  auto const length = "Content-Length: " + length_of(body) + "\r\n";
  std::string const coding = "Transfer-Encoding: chunked\r\n";
  return {
      {"length, then coding", post(host + length + coding, chunked(body))},
      {"coding, then length", post(host + coding + length, chunked(body))},
      {"two lengths", post(host + length + "Content-Length: 0\r\n", body)},
      {"the same length twice", post(host + length + length, body)},
      {"a list of lengths", post(host + "Content-Length: " + length_of(body) + ", " + length_of(body) + "\r\n", body)},
      {"a length with a sign", post(host + "Content-Length: +" + length_of(body) + "\r\n", body)},
      {"a negative length", post(host + "Content-Length: -1\r\n", body)},
      {"a length in hexadecimal", post(host + "Content-Length: 0x3b\r\n", body)},
      {"a length with a comma", post(host + "Content-Length: " + length_of(body) + ",\r\n", body)},
      {"an empty length", post(host + "Content-Length:\r\n", body)},
      {"a length beyond 64 bits", post(host + "Content-Length: 18446744073709551675\r\n", body)},
      {"two codings", post(host + coding + "Transfer-Encoding: identity\r\n", chunked(body))},
      {"chunked twice", post(host + coding + coding, chunked(body))},
      {"chunked in a list with itself", post(host + "Transfer-Encoding: chunked, chunked\r\n", chunked(body))},
      {"another coding before", post(host + "Transfer-Encoding: gzip, chunked\r\n", chunked(body))},
      {"another coding behind", post(host + "Transfer-Encoding: chunked, identity\r\n", chunked(body))},
      {"identity", post(host + "Transfer-Encoding: identity\r\n", body)},
      {"nearly chunked", post(host + "Transfer-Encoding: xchunked\r\n", chunked(body))},
      {"chunked in quotes", post(host + "Transfer-Encoding: \"chunked\"\r\n", chunked(body))},
      {"chunked with a parameter", post(host + "Transfer-Encoding: chunked;q=1\r\n", chunked(body))},
      {"chunked behind a vertical tab", post(host + "Transfer-Encoding: \vchunked\r\n", chunked(body))},
      {"an empty coding", post(host + "Transfer-Encoding:\r\n", chunked(body))},
      {"a coding in HTTP/1.0", post(host + coding, chunked(body), "1.0")},
      {"a space before the colon", post(host + "Transfer-Encoding : chunked\r\n" + length, body)},
      {"a space before the colon of a length", post(host + "Content-Length : 0\r\n" + coding, chunked(body))},
      {"a coding on a folded line", post(host + "Transfer-Encoding:\r\n chunked\r\n", chunked(body))},
      {"a folded line", post(host + "X-Long: a\r\n b\r\n" + length, body)},
      {"a folded line with a tab", post(host + length + "X-Long: a\r\n\tTransfer-Encoding: chunked\r\n", body)},
      {"a folded first line", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"},
      {"a bare line feed", post(host + length + "X: y\nTransfer-Encoding: chunked\r\n", body)},
      {"a bare carriage return", post(host + length + "X: y\rTransfer-Encoding: chunked\r\n", body)},
      {"line feeds alone", "GET / HTTP/1.1\nHost: x\n\n\r\n\r\n"},
      {"NUL in a value", post(host + length + std::string("X: a\0b\r\n", 8), body)},
      {"NUL in a name", post(host + length + std::string("X\0: a\r\n", 7), body)},
      {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28)},
      {"a line without a colon", post(host + length + "X\r\n", body)},
      {"a line without a name", post(host + length + ": x\r\n", body)},
      {"no host", post(length, body)},
      {"two hosts", post(host + "Host: y\r\n" + length, body)},
      {"a chunk with a sign", post(host + coding, "+3b\r\n" + std::string(body) + "\r\n0\r\n\r\n")},
      {"a chunk in 0x", post(host + coding, "0x3b\r\n" + std::string(body) + "\r\n0\r\n\r\n")},
      {"a chunk beyond 64 bits", post(host + coding, "1000000000000003b\r\n" + std::string(body) + "\r\n0\r\n\r\n")},
      {"a chunk longer than it says", post(host + coding, "3\r\n" + std::string(body) + "\r\n0\r\n\r\n")},
      {"a chunk that ends in a line feed", post(host + coding, "3b\n" + std::string(body) + "\r\n0\r\n\r\n")},
      {"a version that is none", "GET / HTTP/1.2\r\nHost: x\r\n\r\n"},
      {"a first line that is too short for a version", "GET / x\r\n\r\n"},
      {"HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_with_two_ends_is_400_and_what_hides_in_it_is_not_answered) {
  Loopback net;
  for (auto const& [name, request] : two_ends()) {
    BOOST_TEST_CONTEXT(name) {
      RawClient client(net);
      auto const reply = client.send(request + http_get("/api/v1/authenticationSchemes"));
      BOOST_TEST(status_of(reply) == 400U);
      BOOST_TEST(reply.find("Connection: close") != std::string::npos);
      BOOST_TEST(client.read_reply() == "");
    }
  }
  BOOST_TEST(net.verifier.asked.empty());
}

BOOST_AUTO_TEST_CASE(they_are_refused_however_slowly_they_come) {
  Loopback net;
  for (auto const& [name, request] : two_ends()) {
    BOOST_TEST_CONTEXT(name) {
      RawClient client(net);
      for (std::size_t at = 0; at < request.size(); at += 7) client.write(request.substr(at, 7));
      BOOST_TEST(status_of(client.read_reply()) == 400U);
      BOOST_TEST(client.read_reply() == "");
    }
  }
  BOOST_TEST(net.verifier.asked.empty());
}

BOOST_AUTO_TEST_CASE(what_is_unusual_and_has_one_end_is_taken) {
  std::vector<Shape> const shapes = {
      {"chunked in capitals", post("Host: x\r\nTRANSFER-ENCODING:\tCHUNKED \r\n", chunked(body))},
      {"chunked with an extension",
       post("Host: x\r\nTransfer-Encoding: chunked\r\n", "3b;a=b\r\n" + std::string(body) + "\r\n0\r\n\r\n")},
      {"chunked with a trailer",
       post("Host: x\r\nTransfer-Encoding: chunked\r\n", "3b\r\n" + std::string(body) + "\r\n0\r\nX: y\r\n\r\n")},
      {"a length in blanks", post("Host: x\r\nContent-Length: \t " + length_of(body) + " \r\n", body)},
      {"a length with zeros before", post("Host: x\r\nContent-Length: 00" + length_of(body) + "\r\n", body)},
      {"HTTP/1.0 with a length", post("Content-Length: " + length_of(body) + "\r\n", body, "1.0")},
  };
  Loopback net;
  for (auto const& [name, request] : shapes) {
    BOOST_TEST_CONTEXT(name) {
      net.verifier.replies.push_back(granted());
      RawClient client(net);
      BOOST_TEST(status_of(client.send(request)) == 200U);
    }
  }
  BOOST_TEST(net.verifier.asked.size() == shapes.size());
}

BOOST_AUTO_TEST_SUITE_END()
