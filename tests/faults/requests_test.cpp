// Requests that come in pieces, to the server.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(requests)

using namespace sallyport::test;

BOOST_AUTO_TEST_CASE(a_request_in_chunks_is_read_wherever_it_is_cut_in_two) {
  Loopback net;
  std::string const body = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";
  auto const head = "POST /api/v1/authenticate?userId=user-1 HTTP/1.1\r\nHost: localhost\r\n" +
                    std::string(known_client) + "Transfer-Encoding: chunked\r\n\r\n";
  struct Case {
    std::string chunks;
    unsigned status;
  };
  for (auto const& [chunks, status] :
       {Case{"0\r\n\r\n", 400}, Case{"0\r\nX-Trailer: 1\r\n\r\n", 400}, Case{"3B\r\n" + body + "\r\n0\r\n\r\n", 200}}) {
    RawClient client(net);
    for (std::size_t cut = 1; cut < chunks.size(); ++cut) {
      net.verifier.replies.push_back(challenge(sallyport::AuthStatus::mfa_required, sallyport::MfaType::phone));
      client.write(head + chunks.substr(0, cut));
      net.run_for(std::chrono::milliseconds(1));
      for (auto const letter : chunks.substr(cut)) {
        client.write({&letter, 1});
        if (cut == 1) net.run_for(std::chrono::milliseconds(1));
      }
      auto const reply = client.read_reply();
      BOOST_TEST_CONTEXT(cut << " of " << chunks) BOOST_TEST(status_of(reply) == status, reply);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
