#pragma once

#include "agenda.hpp"
#include "claimant.hpp"
#include "dice.hpp"
#include "laws.hpp"
#include "network.hpp"
#include "report.hpp"
#include "server_host.hpp"
#include "trace.hpp"

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/transport/shared_governor.hpp>
#include <sallyport/transport/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::simulation {

/// Thousands of logins, the server, what lies between, and everything that goes wrong, in one thread and in virtual
/// time. What runs in it is the production code: `Client`, `LoginOp` and `LoginRun` on one side, `Routes` and
/// `LoginService` on the other, the governor above.
class World {
public:
  explicit World(Plan plan);
  ~World();

  /// Runs to the end, or to the first breach of a law.
  [[nodiscard]] Report run();

private:
  friend class Claimant;
  void make_accounts();
  void add_account(AuthenticationScheme const& scheme, std::string_view name, Opening begins);
  void start(Host& host);
  void plan_logins();

  void begin(LoginNumber number, std::size_t account);
  [[nodiscard]] Host* any_host();
  void strike();
  void crash(Host& host);
  void crash_server();
  void move_clocks();
  void finish();
  void check_for_leaks();
  [[nodiscard]] WallTime governor_clock() const;
  void ended(Claimant& claimant, std::optional<OutcomeKind> kind);

  Plan plan_;
  Catalogue catalogue_;
  Dice dice_;
  Trace trace_;
  Laws laws_;
  Agenda agenda_;
  SnapshotKey key_;
  OnceRegister claims_;
  std::shared_ptr<SharedGovernor> governor_;
  std::vector<Account> accounts_;
  std::unique_ptr<ServerHost> server_;
  std::unique_ptr<Network> network_;
  std::vector<Host> hosts_;
  std::vector<std::unique_ptr<Claimant>> claimants_;
  Report report_;
};

}  // namespace sallyport::simulation
