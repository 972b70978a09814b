// The host is not found, or nobody is there: nothing was sent, and the login stands where it stood.

#include "host_names.hpp"
#include "table.hpp"

#include <support/fault_proxy.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <list>

BOOST_AUTO_TEST_SUITE(host_names)

using namespace sallyport;
using namespace sallyport::test;
using namespace sallyport::test::faults;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Who stands at the other address.
enum class Other : std::uint8_t {
  nobody,     ///< Connections are refused.
  swallower,  ///< Connections are never accepted: its line of those that wait is full.
};

class NameScene final : public Scene {
public:
  NameScene(Stage& stage, NameFault fault, Other other)
      : fault_(fault),
        verifier_(stage.new_verifier()),
        server_(stage.new_server(verifier_)),
        proxy_(stage.io, server_.port()),
        client_(stage.new_client("https://localhost:" + std::to_string(proxy_.port()))) {
    set_name_fault(proxy_.port(), NameFault::none);
    verifier_.replies.push_back(reply_to(Step::password));
    for (auto const step : steps) verifier_.replies.push_back(reply_to(step));
    if (other == Other::swallower) swallow(stage.io);
  }
  ~NameScene() override { set_name_fault(proxy_.port(), NameFault::none); }

  Client& client() override { return client_; }
  Seen seen() const override {
    auto const counted = server_.counters();
    return {.secrets = counted.credential_posts, .others = counted.polls};
  }
  asio::awaitable<void> strike() override {
    before_ = faulty_look_ups(proxy_.port());
    proxy_.hang_up();
    set_name_fault(proxy_.port(), fault_);
    co_return;
  }
  void lift() override { set_name_fault(proxy_.port(), NameFault::none); }
  bool has_struck() const override { return faulty_look_ups(proxy_.port()) > before_; }

private:
  void swallow(asio::io_context& io) {
    tcp::endpoint const address(asio::ip::make_address(other_address), proxy_.port());
    swallower_.emplace(io).open(tcp::v4());
    swallower_->bind(address);
    swallower_->listen(0);
    for (auto filler = 0; filler < 4; ++filler) {
      fillers_.emplace_back(io).async_connect(address, [](boost::system::error_code) {});
    }
  }

  NameFault fault_;
  ScriptedVerifier& verifier_;
  Server server_;
  FaultProxy proxy_;
  Client client_;
  std::optional<tcp::acceptor> swallower_;
  std::list<tcp::socket> fillers_;
  std::size_t before_ = 0;
};

/// A poll is asked again until the host is there.
Case case_of(Stage& stage, std::string name, Step step, NameFault fault, std::string_view expected,
             Other other = Other::nobody) {
  return {.fault = std::move(name),
          .step = step,
          .expected = step == Step::poll ? went_on : expected,
          .make = [&stage, fault, other] { return std::make_unique<NameScene>(stage, fault, other); }};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_host_that_is_not_found_or_not_there_is_sent_nothing_and_the_login_goes_on_later) {
  Stage stage;
  std::vector<Case> cases;
  for (auto const step : steps) {
    auto const add = [&](std::string name, NameFault fault, std::string_view expected, Other other = Other::nobody) {
      cases.push_back(case_of(stage, std::move(name), step, fault, expected, other));
    };
    add("no such name", NameFault::no_such_name, not_sent);
    add("the name server fails", NameFault::failed, not_sent);
    add("the name server does not reply", NameFault::try_again, not_sent);
    add("the address refuses", NameFault::other_address, not_sent);
    add("the first of two addresses refuses", NameFault::other_address_first, went_on);
    add("the address swallows", NameFault::other_address, not_sent, Other::swallower);
    add("the first of two addresses swallows", NameFault::other_address_first, went_on, Other::swallower);
  }
  play(stage, cases);
}

// One after the other: Asio looks names up one at a time.
BOOST_AUTO_TEST_CASE(a_name_server_that_is_silent_holds_nobody_for_longer_than_configured) {
  for (auto const step : {Step::password, Step::code, Step::poll}) {
    Stage stage;
    play(stage, {case_of(stage, "the name server is silent", step, NameFault::silence, not_sent)});
  }
}

BOOST_AUTO_TEST_SUITE_END()
