#include "network.hpp"

#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>
#include <vector>

namespace sallyport::simulation {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// What the server's own encoder wrote; nothing where there is none.
std::string_view challenge_id_in(std::string_view body) {
  constexpr std::string_view member = R"("challengeId":")";
  auto const begins = body.find(member);
  if (begins == std::string_view::npos) return {};
  body.remove_prefix(begins + member.size());
  return body.substr(0, body.find('"'));
}

}  // namespace

class Network::Wire final : public Exchange {
public:
  Wire(Network& network, Process& client) : network_(&network), client_(&client) {}

  void exchange(HttpRequest request, Handler handler, asio::cancellation_slot stop) override {
    network_->start(*client_, std::move(request), std::move(handler), stop);
  }

private:
  Network* network_;
  Process* client_;
};

std::shared_ptr<Exchange> Network::exchange_of(Process& client) {
  return std::make_shared<Wire>(*this, client);
}

void Network::count(Fault fault, LoginNumber login) {
  trace_->count(fault);
  trace_->note(server_->process().world_now(), name_of(fault), login);
}

Duration Network::latency() {
  return dice_->between(milliseconds(8), milliseconds(250));
}

// --- The way there ---------------------------------------------------------------------------------------------------

void Network::start(Process& from, HttpRequest request, Exchange::Handler handler, asio::cancellation_slot slot) {
  auto const id = next_id_++;
  auto const parcel = std::make_shared<Parcel>();
  parcel->http = std::move(request);
  if (parcel->http.method == HttpRequest::Method::post) {
    auto const message = decode<AuthRequest>(parcel->http.body.reveal());
    parcel->login = message ? login_of(*message) : 0;
    if (message) laws_->requests(parcel->login, *message, from.now(), governor_clock_());
    auto const target = parcel->http.target.reveal();
    if (message)
      parcel->user_and_broker = user_at_broker(target.substr(target.rfind('=') + 1), message->type.spelling());
  }
  auto const login = parcel->login;
  if (slot.is_connected()) {
    slot.assign([this, id](asio::cancellation_type) { complete(id, asio::error::operation_aborted); });
  }
  auto& flight = flights_[id];
  flight.from = &from;
  flight.login = login;
  flight.handler.emplace(std::move(handler));
  trace_->note(from.world_now(), "request", login);
  auto connect = dice_->between(milliseconds(1), milliseconds(60));
  if (dice_->once_in(60)) connect += dice_->between({}, seconds(8));
  if (dice_->once_in(120)) {
    from.after(connect, [this, id, login] {
      count(Fault::unreachable, login);
      complete(id, TransportErrc::connect_timeout);
    });
    return;
  }
  from.after(connect, [this, id, parcel] { leave(id, parcel); });
  from.after(seconds(30), [this, id] { complete(id, TransportErrc::request_timeout); });
}

void Network::leave(Id id, Carried const& parcel) {
  auto const found = flights_.find(id);
  if (found == flights_.end()) return;
  auto& flight = found->second;
  if (!server_->process().is_up()) return complete(id, TransportErrc::connect_timeout);
  flight.sent = true;
  auto& server = server_->process();
  auto on_the_way = latency();
  if (dice_->once_in(200)) {
    count(Fault::request_lost, flight.login);
    if (dice_->once_in(2)) {  // Else nothing is heard until the time is over.
      flight.from->after(on_the_way, [this, id] { complete(id, TransportErrc::reply_lost); });
    }
    return;
  }
  if (dice_->once_in(150)) {
    count(Fault::request_late, flight.login);
    on_the_way += dice_->between(seconds(3), seconds(50));
  }
  server.after(on_the_way, [this, id, parcel] { arrive(id, parcel); });
  if (dice_->once_in(60)) {  // Somebody listens and says it again and again: what was right once, and what was wrong.
    count(Fault::request_replayed, flight.login);
    auto when = on_the_way;
    for (unsigned times = 0; times < 6; ++times) {
      when += dice_->between(milliseconds(500), seconds(6));
      server.after(when, [this, id, parcel] { arrive(id, parcel); });
    }
  }
  if (dice_->once_in(150)) {
    count(Fault::request_repeated, flight.login);
    server.after(dice_->between(milliseconds(8), seconds(2)), [this, id, parcel] { arrive(id, parcel); });
  }
}

void Network::arrive(Id id, Carried const& parcel) {
  if (!server_->process().is_up()) return;
  auto const login = parcel->login;
  if (id < newest_arrived_) count(Fault::request_overtaken, login);
  newest_arrived_ = std::max(newest_arrived_, id);
  trace_->note(server_->process().world_now(), "request arrives", login);
  auto const arrival = ++arrivals_;
  unanswered_.emplace(arrival, login);
  server_->answer(parcel->http, [this, id, parcel, arrival](HttpAnswer answer) {
    if (unanswered_.erase(arrival) == 0) laws_->broken(Law::one_answer, parcel->login, "a request was answered twice");
    answered(id, parcel, std::move(answer));
  });
}

// --- The way back ----------------------------------------------------------------------------------------------------

void Network::answered(Id id, Carried const& parcel, HttpAnswer answer) {
  if (auto const challenge = challenge_id_in(answer.body.reveal()); !challenge.empty()) {
    server_->institution().told(parcel->user_and_broker, challenge);
  }
  auto const found = flights_.find(id);
  if (found == flights_.end()) return;  // The client has given up, or heard the answer to the first of two.
  auto& flight = found->second;
  trace_->note(server_->process().world_now(), "answer", flight.login, answer.status);
  auto const reply = std::make_shared<HttpReply>();
  reply->status = answer.status;
  reply->retry_after = answer.retry_after;
  reply->body = std::move(answer.body);
  auto back = latency();
  if (dice_->once_in(150)) {
    count(Fault::reply_late, flight.login);
    back += dice_->between(seconds(3), seconds(40));
  }
  if (flight.login != 0 && dice_->once_in(500)) {
    count(Fault::reply_echo, flight.login);
    reply->body = parcel->http.body.clone();
  }
  auto const lost = falsify(flight, *reply) || answer.cut != Cut::none;
  flight.from->after(back, [this, id, reply, lost] { come(id, std::move(*reply), lost); });
}

void Network::come(Id id, HttpReply reply, bool lost) {
  if (lost) return complete(id, TransportErrc::reply_lost);
  complete(id, {}, std::move(reply));
}

void Network::complete(Id id, error_code ec, HttpReply reply) {
  auto const found = flights_.find(id);
  if (found == flights_.end()) return;
  auto const sent = found->second.sent;
  auto const login = found->second.login;
  auto const& strand = found->second.from->strand();
  auto handler = std::move(*found->second.handler);
  flights_.erase(found);
  if (login != 0) {
    laws_->request_over(login, ec, sent, reply.status == 200 ? reply.body.reveal() : std::string_view());
  }
  trace_->note(server_->process().world_now(), ec ? (sent ? "no reply" : "not sent") : "reply", login, reply.status);
  Exchanged done{.ec = ec, .sent = sent, .reply = std::move(reply)};
  asio::post(strand, [handler = std::move(handler), done = std::move(done)]() mutable { handler(std::move(done)); });
}

void Network::crash_of(Process& client) {
  std::vector<Flight> gone;
  for (auto flight = flights_.begin(); flight != flights_.end();) {
    if (flight->second.from != &client) {
      ++flight;
      continue;
    }
    auto const login = flight->second.login;
    if (login != 0) laws_->request_over(login, asio::error::connection_reset, flight->second.sent);
    gone.push_back(std::move(flight->second));
    flight = flights_.erase(flight);
  }
}

void Network::server_crashed() {
  unanswered_.clear();
  for (auto const& [id, flight] : flights_) {
    if (!flight.sent) continue;
    flight.from->after(latency(), [this, id = id] { complete(id, TransportErrc::reply_lost); });
  }
}

// --- What happens to replies -----------------------------------------------------------------------------------------

/// Whether the reply is lost altogether; else it may be another one afterwards.
bool Network::falsify(Flight const& flight, HttpReply& reply) {
  auto const login = flight.login;
  if (dice_->once_in(200)) {
    count(Fault::reply_lost, login);
    return true;
  }
  auto& body = reply.body;
  if (dice_->once_in(250) && body.size() > 1) {
    count(Fault::reply_cut_off, login);
    body = Secret(body.reveal().substr(0, dice_->below(body.size())));
  } else if (dice_->once_in(250) && !body.empty()) {
    count(Fault::reply_corrupted, login);
    constexpr std::string_view bytes = "~\"x{\x01";  // None is a digit of an id, which nobody can foresee.
    std::string text(body.reveal());
    text[dice_->below(text.size())] = bytes[dice_->below(bytes.size())];
    body = Secret(text);
  } else if (login != 0 && dice_->once_in(120)) {
    garble(reply);
    count(reply.status == 200                          ? Fault::reply_garbage
          : reply.status < 400                         ? Fault::redirect
          : reply.status == 429 || reply.status == 503 ? Fault::slow_down
                                                       : Fault::http_error,
          login);
  } else if (auto const earlier = earlier_.find(login); earlier != earlier_.end() && dice_->once_in(250)) {
    count(Fault::reply_stale, login);
    reply.status = earlier->second.status;
    body = earlier->second.body.clone();
  }
  remember(login, reply);
  return false;
}

// Of every login that replies say is not over, for a cache that says the old thing again.
void Network::remember(LoginNumber login, HttpReply const& reply) {
  if (login == 0) return;
  if (reply.body.reveal().find("succeeded") != std::string_view::npos) {
    earlier_.erase(login);
  } else if (reply.status == 200) {
    HttpReply kept;
    kept.status = 200;
    kept.body = reply.body.clone();
    earlier_.insert_or_assign(login, std::move(kept));
  }
}

void Network::garble(HttpReply& reply) {
  struct Garbage {
    unsigned status;
    std::string_view body;
  };
  static constexpr Garbage all[] = {
      {200, ""},
      {200, "<html><body>It works!</body></html>"},
      {200, "{}"},
      {200, "null"},
      {200, R"({"status":"ok","message":"","errorType":""})"},
      {200, R"({"status":"ok","content":{}})"},
      {200, R"({"status":"ok","content":{"status":"somethingNew"}})"},
      {200, R"({"status":"ok","content":{"status":7}})"},
      {200, R"({"status":"locked","message":"Locked for 24 hours."})"},
      {200, R"({"status":"ok","content":{"status":"challengeIssued","challengeExpiresInSeconds":-5}})"},
      {200, R"({"status":"ok","content":{"status":"captchaChallenge","challengeText":"7 + 4?"}})"},
      {200, R"({"status":"ok","content":{"status":"challengeFailed"}})"},
      {200, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["},
      {302, ""},
      {307, ""},
      {404, "not here"},
      {500, R"({"status":"serverFailure"})"},
      {502, "<html>Bad Gateway</html>"},
      {503, ""},
      {503, R"({"status":"serverFailure"})"},
      {429, R"({"status":"tooManyRequest"})"},
      {429, ""},
  };
  auto const& garbage = dice_->one_of(all);
  reply.status = garbage.status;
  reply.body = Secret(garbage.body);
  reply.retry_after.reset();
  if (garbage.status == 429 || garbage.status == 503) reply.retry_after = seconds(dice_->below(90));
}

}  // namespace sallyport::simulation
