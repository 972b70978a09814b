#pragma once

#include <sallyport/engine/session.hpp>

#include <deque>
#include <memory>

namespace sallyport {

class LoginSeat;

/// The logins of one client that rest between two turns, the longest first. It needs no timer, which would keep the
/// host's `io_context` at work: whenever a turn ends it folds some of those whose time has come.
class RestingLogins {
public:
  void add(std::weak_ptr<LoginSeat> seat, TimePoint now);
  void fold_some(TimePoint now);

private:
  struct Entry {
    TimePoint since;
    std::weak_ptr<LoginSeat> seat;
  };

  std::deque<Entry> entries_;
};

}  // namespace sallyport
