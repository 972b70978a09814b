// The operations besides logins, and a login's post by itself: their error says whether the request may have arrived.

#include "wire_scene.hpp"

#include <sallyport/protocol/token.hpp>

#include <support/fake_server.hpp>

#include <boost/asio/post.hpp>

#include <optional>

BOOST_AUTO_TEST_SUITE(single_requests)

using namespace sallyport;
using namespace sallyport::test;
using namespace sallyport::test::faults;
using boost::system::error_code;

namespace {

using Done = std::function<void(error_code)>;
using Part = FaultProxy::Part;
using Harm = FaultProxy::Harm;
using Place = FaultProxy::Place;

struct Operation {
  std::string_view name;
  void (*start)(Client& client, Done done);
};

auto ending(Done done) {
  return [done = std::move(done)](error_code ec, auto const&) { done(ec); };
}

std::vector<Operation> operations() {
  return {
      {"refresh",
       [](Client& client, Done done) {
         RefreshRequest request;
         request.type = BrokerType::robinhood;
         request.refresh_token = Secret("refresh-token");
         client.async_refresh(std::move(request), ending(std::move(done)));
       }},
      {"remove",
       [](Client& client, Done done) {
         RemoveAccountRequest request;
         request.type = BrokerType::robinhood;
         request.auth_token = Secret("access-token");
         client.async_remove_account(std::move(request), ending(std::move(done)));
       }},
      {"authenticate",
       [](Client& client, Done done) {
         Credentials who;
         who.user_id = Secret("user-1");
         who.request.type = BrokerType::robinhood;
         who.request.password = Secret("Pass123");
         client.async_authenticate(std::move(who), ending(std::move(done)));
       }},
      {"link", [](Client& client,
                  Done done) { client.async_link(BrokerType::robinhood, Secret("user-1"), ending(std::move(done))); }},
  };
}

/// One operation under one fault.
class Single {
public:
  Single(Stage& stage, Operation operation, FaultProxy::Fault fault)
      : stage_(&stage),
        operation_(operation),
        fault_(fault),
        server_(stage.io, stage.certificates,
                {{.bytes = http_reply(200, R"({"status":"ok","content":[]})"), .close_after = false}}),
        proxy_(stage.io, server_.port()),
        client_(stage.new_client("https://127.0.0.1:" + std::to_string(proxy_.port()))) {}

  /// Another request opens the connection and is not counted.
  void start() {
    client_.async_status(ending([this](error_code ec) {
      BOOST_TEST(!ec, ec.message());
      boost::asio::post(stage_->io, [this] { meet(); });
    }));
  }
  [[nodiscard]] bool has_begun() const { return begun_; }
  [[nodiscard]] bool is_over() const { return end_.has_value(); }
  void check() const {
    BOOST_TEST_CONTEXT(operation_.name << ", " << name_of(fault_)) {
      BOOST_TEST_REQUIRE(is_over(), "it hangs");
      BOOST_TEST(proxy_.struck() != 0U);
      auto const& ec = *end_;
      auto const says_so = ec == TransportErrc::reply_lost || ec == TransportErrc::request_timeout;
      BOOST_TEST((ec && says_so == may_have_arrived(fault_)), ec.message());
      auto const arrived = server_.requests().size() - before_;
      BOOST_TEST(arrived == (fault_.part == Part::reply ? 1U : 0U));
    }
  }

private:
  void meet() {
    before_ = server_.requests().size();
    if (is_of_a_handshake(fault_)) proxy_.hang_up();
    proxy_.arm(fault_);
    operation_.start(client_, [this](error_code end) { end_ = end; });
    begun_ = true;
  }

  Stage* stage_;
  Operation operation_;
  FaultProxy::Fault fault_;
  FakeServer server_;
  FaultProxy proxy_;
  Client client_;
  std::size_t before_ = 0;
  bool begun_ = false;
  std::optional<error_code> end_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_error_of_an_operation_says_whether_its_request_may_have_arrived) {
  Stage stage;
  std::vector<std::unique_ptr<Single>> all;
  for (auto const& operation : operations()) {
    for (auto const part :
         {Part::client_hello, Part::server_flight, Part::client_finished, Part::request, Part::reply}) {
      for (auto const harm : {Harm::cut, Harm::reset, Harm::stall, Harm::flip}) {
        FaultProxy::Fault const fault{.part = part, .harm = harm, .place = Place::middle};
        all.push_back(std::make_unique<Single>(stage, operation, fault));
      }
    }
  }
  play_beside(stage, all);
  for (auto const& one : all) one->check();
}

BOOST_AUTO_TEST_SUITE_END()
