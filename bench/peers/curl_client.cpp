// libcurl's multi interface on epoll (curl_multi_socket_action), one easy handle a login, reused; its connections are
// kept by the multi handle. Boost.JSON for what is in the messages.
//   peer_curl_client --port N --ca FILE --connections N --logins N --warm-up N

#include "../dialogue.hpp"
#include "../meter.hpp"

#include <boost/json.hpp>

#include <curl/curl.h>
#include <sys/epoll.h>

#include <deque>

using namespace sallyport::bench;

namespace {

struct Login {
  CURL* easy = nullptr;
  std::string user;
  std::string challenge_id;
  std::string body;
  std::string reply;
  std::size_t post = 0;
};

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* login) {
  static_cast<Login*>(login)->reply.append(bytes, size * count);
  return size * count;
}

class Client {
public:
  explicit Client(Arguments const& arguments)
      : meter_(arguments.number("warm-up", 0), arguments.number("logins", 1)),
        base_("https://127.0.0.1:" + arguments.text("port") + "/api/v1/authenticate?userId="),
        logins_(arguments.number("connections", 64)) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Client::watch);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Client::set_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(logins_.size()));
    for (auto const* const line : {"Accept: application/json", "Content-Type: application/json", "X-Client-Id: bench",
                                   "X-Client-Secret: 0123456789abcdef0123456789abcdef"}) {
      headers_ = curl_slist_append(headers_, line);
    }
    auto number = 0;
    for (auto& login : logins_) {
      login.user = "user-" + std::to_string(number++);
      set_up(login, arguments.text("ca"));
      send(login);
    }
  }

  void run() {
    auto running = 0;
    while (!meter_.enough()) {
      std::array<epoll_event, 256> events;
      auto const count = epoll_wait(poller_, events.data(), static_cast<int>(events.size()), static_cast<int>(timer_));
      if (count == 0) curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      for (auto index = 0; index < count; ++index) {
        auto const& event = events[static_cast<std::size_t>(index)];
        auto const what = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                          ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
        curl_multi_socket_action(multi_, event.data.fd, what, &running);
      }
      take_done();
    }
    meter_.print(post_count);
  }

private:
  void set_up(Login& login, std::string const& ca) {
    login.easy = curl_easy_init();
    auto* const easy = login.easy;
    curl_easy_setopt(easy, CURLOPT_URL, (base_ + login.user).c_str());
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_3);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "bench");
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &login);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &login);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  }

  void send(Login& login) {
    boost::json::object body{{"type", "robinhood"}};
    if (login.post == 0) {
      body["username"] = login.user;
      body["password"] = password;
    } else {
      body["challengeId"] = login.challenge_id;
      body[login.post == 1 ? "challengeCode" : "mfaCode"] = login.post == 1 ? sms_code : authenticator_code;
      body["mfaType"] = login.post == 1 ? "phone" : "totp";
    }
    body["deviceInfo"] = device_info;
    body["authFlowStep"] = login.post == 0 ? "loginPassword" : "mfaFlow";
    login.body = boost::json::serialize(body);
    login.reply.clear();
    curl_easy_setopt(login.easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(login.body.size()));
    curl_easy_setopt(login.easy, CURLOPT_POSTFIELDS, login.body.c_str());
    curl_multi_add_handle(multi_, login.easy);
  }

  void take_done() {
    auto left = 0;
    while (auto const* const message = curl_multi_info_read(multi_, &left)) {
      auto* const easy = message->easy_handle;
      auto const result = message->data.result;
      Login* login = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &login);
      curl_multi_remove_handle(multi_, easy);
      if (result != CURLE_OK) fail(curl_easy_strerror(result));
      received(*login);
    }
  }

  void received(Login& login) {
    static constexpr std::array<std::string_view, post_count> statuses = {"challengeIssued", "mfaRequired",
                                                                          "succeeded"};
    auto const envelope = boost::json::parse(login.reply);
    auto const& content = envelope.at("content").as_object();
    if (content.at("status").as_string() != statuses[login.post]) fail(login.reply);
    if (auto const* const id = content.if_contains("challengeId")) login.challenge_id = id->as_string();
    if (++login.post == post_count) {
      login.post = 0;
      if (meter_.tick()) return;
    }
    send(login);
  }

  static int watch(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    auto& client = *static_cast<Client*>(self);
    epoll_event event{};
    event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
    event.data.fd = socket;
    auto const act = what == CURL_POLL_REMOVE ? EPOLL_CTL_DEL : known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    epoll_ctl(client.poller_, act, socket, &event);
    curl_multi_assign(client.multi_, socket, what == CURL_POLL_REMOVE ? nullptr : self);
    return 0;
  }
  static int set_timer(CURLM*, long timeout, void* self) {
    static_cast<Client*>(self)->timer_ = timeout;
    return 0;
  }

  CURLM* multi_ = curl_multi_init();
  Meter meter_;
  std::string base_;
  std::deque<Login> logins_;
  curl_slist* headers_ = nullptr;
  int poller_ = epoll_create1(EPOLL_CLOEXEC);
  long timer_ = -1;
};

}  // namespace

int main(int count, char** arguments) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Client(Arguments(count, arguments)).run();
}
