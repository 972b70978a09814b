#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sallyport {

/// How many logins each client of a server has open, so that none of them takes the room of all others. The ids are
/// those of the configuration: nobody else gets here.
class ClientShares {
public:
  explicit ClientShares(std::size_t each_max) noexcept : each_max_(each_max) {}

  [[nodiscard]] bool has_room(std::string_view client) const {
    auto const found = open_.find(client);
    return found == open_.end() || found->second < each_max_;
  }
  void enter(std::string_view client) {
    auto const found = open_.find(client);
    ++(found != open_.end() ? found->second : open_[std::string(client)]);
  }
  void leave(std::string_view client) noexcept { --open_.find(client)->second; }
  void clear() noexcept { open_.clear(); }

private:
  std::size_t each_max_;
  std::map<std::string, std::size_t, std::less<>> open_;
};

}  // namespace sallyport
