#include "world.hpp"

#include <client/client_core.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace sallyport::simulation {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Agenda::Owner nobody = 0;
constexpr Agenda::Owner server_owner = 1;
constexpr std::size_t hosts_count = 6;
/// So many accounts are logged in to again and again: there the governor has to refuse.
constexpr std::size_t busy_accounts = 40;

SnapshotKey make_key() {
  return SnapshotKey::from_bytes(Secret(std::string(SnapshotKey::size, 'k'))).value();
}

}  // namespace

World::World(Plan plan)
    : plan_(plan),
      catalogue_(Catalogue::embedded()),
      dice_(plan.seed),
      laws_(plan.logins),
      agenda_(hosts_count + 2),
      key_(make_key()),
      claims_(plan.logins + 1),
      governor_(std::make_shared<SharedGovernor>(Secret("the key of the simulated governor"), GovernorPolicy{}, nullptr,
                                                 [this] { return governor_clock(); })),
      server_(std::make_unique<ServerHost>(catalogue_, agenda_, server_owner, dice_, trace_, laws_)),
      network_(std::make_unique<Network>(*server_, dice_, trace_, laws_, [this] { return governor_clock(); })) {
  std::array<char, 96> command{};
  std::snprintf(command.data(), command.size(), "sallyport simulate --seed %llu --logins %u --hours %g",
                static_cast<unsigned long long>(plan.seed), plan.logins, plan.hours);
  report_.command = command.data();
  make_accounts();
  server_->start();
  for (std::size_t index = 0; index < hosts_count; ++index) {
    hosts_.push_back({.process = std::make_unique<Process>(agenda_, index + 2, dice_, trace_), .client = std::nullopt});
  }
  for (auto& host : hosts_) start(host);
  claimants_.resize(plan.logins + 1);
}

World::~World() {
  for (auto& host : hosts_) {
    if (host.process->is_up()) crash(host);
  }
}

WallTime World::governor_clock() const {
  return world_begins + std::chrono::floor<WallDuration>(agenda_.now());
}

// --- Who lives here --------------------------------------------------------------------------------------------------

void World::add_account(AuthenticationScheme const& scheme, std::string_view name, Opening begins) {
  Account account;
  auto const number = std::to_string(accounts_.size());
  account.scheme = &scheme;
  account.user_id = "nobody" + number;
  AuthRequest first;
  first.type = scheme.broker_type;
  if (begins == Opening::address) {
    account.username = "0x" + std::string(40 - number.size(), '0') + number;
  } else if (!name.empty()) {
    account.username = "Mesh+" + std::string(name) + "@nobody" + number + ".invalid";
  }
  if (!account.username.empty()) first.username = Secret(account.username);
  if (begins == Opening::qr_code) first.auth_flow_step = AuthFlowStep::login_qr_code;
  if (begins == Opening::redirect) first.redirect_link = Secret("https://example.invalid");
  if (begins == Opening::true_auth) first.true_auth_auth_request.emplace();
  auto choice = catalogue_.choose(first);
  if (choice.scenario == nullptr) return;
  account.scenario = choice.scenario;
  account.composed = std::move(choice.composed);
  accounts_.push_back(std::move(account));
}

// Every scenario at integrations of its kind, composed ones too, until there are accounts enough.
void World::make_accounts() {
  static constexpr std::string_view composed[] = {"captcha+sms",  "sms+life(15s)+pin", "push+totp",
                                                  "question+sms", "email+life(9s)",    "delayed+push"};
  auto const wanted = std::max<std::size_t>(plan_.logins / 2, 60);
  while (accounts_.size() < wanted) {
    auto const before = accounts_.size();
    for (std::size_t index = 0; index < 20; ++index) {
      auto const& scheme = dice_.one_of(catalogue_.schemes());
      auto const openings = openings_of(scheme);
      if (openings.empty() || (openings.front() == Opening::nothing && !dice_.once_in(4))) continue;
      auto const begins = openings[dice_.below(openings.size())];
      auto const named = begins == Opening::password || begins == Opening::api_key || begins == Opening::identifier;
      std::string_view name;
      if (named) {
        name = dice_.one_of(catalogue_.scenarios()).name;
        if (dice_.once_in(6)) name = dice_.one_of(composed);
      }
      add_account(scheme, name, begins);
    }
    if (accounts_.size() == before) break;
  }
}

void World::start(Host& host) {
  host.process->start();
  ClientConfig config;
  config.url = "https://server.invalid";
  config.client_id = "simulation";
  config.client_secret = Secret("canary of the client");
  config.governor = governor_;
  host.client.emplace(ClientCore::handle(std::make_shared<ClientCore>(
      host.process->strand(), std::move(config), network_->exchange_of(*host.process), DriverTime(*host.process))));
}

Host* World::any_host() {
  std::vector<Host*> up;
  for (auto& host : hosts_) {
    if (host.process->is_up()) up.push_back(&host);
  }
  return up.empty() ? nullptr : dice_.one_of(up);
}

void World::plan_logins() {
  auto const span = std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::ratio<3600>>(plan_.hours));
  for (LoginNumber number = 1; number <= plan_.logins; ++number) {
    auto const of = dice_.once_in(10) ? std::min(busy_accounts, accounts_.size()) : accounts_.size();
    auto const account = static_cast<std::size_t>(dice_.below(of));
    agenda_.at(dice_.between({}, span), nobody, [this, number, account] { begin(number, account); });
  }
  for (std::uint32_t disaster = 0; disaster < plan_.logins / 40 + 4; ++disaster) {
    agenda_.at(dice_.between({}, span), nobody, [this] { strike(); });
  }
}

void World::begin(LoginNumber number, std::size_t account) {
  auto* const host = any_host();
  if (host == nullptr) {
    agenda_.after(seconds(1), nobody, [this, number, account] { begin(number, account); });
    return;
  }
  auto const& who = accounts_[account];
  laws_.begins(number, account, user_at_broker(who.user_id, who.scheme->broker_type.spelling()));
  claimants_[number] = std::make_unique<Claimant>(*this, number, account);
  claimants_[number]->begin(*host);
  host->process->drain();
}

void World::ended(Claimant&, std::optional<OutcomeKind> kind) {
  kind ? ++report_.outcomes[static_cast<std::size_t>(*kind)] : ++report_.gave_up;
}

// --- What goes wrong -------------------------------------------------------------------------------------------------

void World::strike() {
  switch (dice_.below(10)) {
    case 0:
    case 1:
      if (auto* const host = any_host()) crash(*host);
      break;
    case 2: crash_server(); break;
    case 3:
    case 4:
    case 5: {
      trace_.count(Fault::stall);
      auto const owner = server_owner + dice_.below(hosts_count + 1);
      agenda_.stall(owner, agenda_.now() + dice_.between(milliseconds(100), seconds(40)));
      break;
    }
    default: move_clocks();
  }
}

void World::crash(Host& host) {
  trace_.count(Fault::client_crash);
  trace_.note(agenda_.now(), "a client crashes", 0, host.process->owner());
  host.process->begin_crash();
  network_->crash_of(*host.process);
  for (auto const& claimant : claimants_) {
    if (!claimant || claimant->is_over() || claimant->host() != &host) continue;
    claimant->crash();
    ++report_.lost;
  }
  host.client.reset();
  host.process->finish_crash();
  agenda_.after(dice_.between(milliseconds(200), minutes(2)), nobody, [this, &host] { start(host); });
}

void World::crash_server() {
  if (!server_->process().is_up()) return;
  auto const gently = dice_.once_in(2);
  trace_.count(gently ? Fault::server_stop : Fault::server_crash);
  trace_.note(agenda_.now(), "the server ends", 0, gently ? 1 : 0);
  gently ? server_->stop() : server_->crash();
  network_->server_crashed();
  agenda_.after(dice_.between(milliseconds(200), seconds(40)), nobody, [this] { server_->start(); });
}

void World::move_clocks() {
  auto& process = dice_.once_in(3) || hosts_.empty() ? server_->process() : *dice_.one_of(hosts_).process;
  if (!process.is_up()) return;
  if (dice_.once_in(2)) {
    trace_.count(Fault::clock_ahead);
    process.move_clock(dice_.between(seconds(1), minutes(3)));
    return;
  }
  trace_.count(Fault::wall_clock_jump);
  auto const by = dice_.between(seconds(1), dice_.once_in(4) ? hours(48) : hours(1));
  process.move_wall_clock(std::chrono::floor<WallDuration>(dice_.once_in(2) ? by : -by));
}

// --- The run ---------------------------------------------------------------------------------------------------------

Report World::run() {
  plan_logins();
  while (!laws_.breach()) {
    laws_.time_is(agenda_.now());
    auto const owner = agenda_.do_next();
    if (!owner) break;
    laws_.time_is(agenda_.now());
    if (*owner == server_owner) server_->process().drain();
    if (*owner > server_owner) hosts_[*owner - 2].process->drain();
  }
  if (!laws_.breach()) finish();
  report_.breach = laws_.breach();
  if (report_.breach) report_.story = trace_.story_of(report_.breach->login);
  report_.hash = trace_.hash();
  report_.events = trace_.size();
  report_.acts = laws_.acts_seen();
  report_.posts = laws_.posts_seen();
  report_.polls = laws_.polls_seen();
  report_.lasted = agenda_.now();
  report_.faults = trace_.faults();
  return report_;
}

void World::finish() {
  laws_.finish();
  check_for_leaks();
}

void World::check_for_leaks() {
  if (network_->requests_unanswered() != 0) laws_.broken(Law::one_answer, 0, "a request was never answered");
  auto const expect = [this](bool holds, char const* what) {
    if (!holds) laws_.broken(Law::nothing_leaks, 0, what);
  };
  expect(server_->sessions_open() == 0, "the server has sessions open");
  expect(server_->logins_kept() == 0, "the server remembers logins for ever");
  expect(server_->institution().logins_open() == 0, "the server has not told the institution to forget a login");
  expect(server_->process().alarms_set() == 0, "an alarm of the server is set");
  expect(network_->exchanges_open() == 0, "an exchange is open");
  for (auto const& host : hosts_) {
    expect(host.process->drivers() == 0, "a client has the driver of a login that is over");
    expect(host.process->alarms_set() == 0, "an alarm of a client is set");
  }
}

}  // namespace sallyport::simulation
