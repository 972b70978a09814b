#pragma once

// A server in a process of its own, for tests that fork their clients: what they do to each other's connections shows
// in what it sees, and nothing of it is copied into a child.

#include "child.hpp"
#include "loopback.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::test {

/// A user whose name begins with "held" waits until `release`, one with "door" gets a code by SMS, and whoever else
/// asks is let in.
class InstitutionProcess {
public:
  InstitutionProcess();
  InstitutionProcess(InstitutionProcess const&) = delete;
  InstitutionProcess& operator=(InstitutionProcess const&) = delete;
  ~InstitutionProcess();

  [[nodiscard]] Client make_client(boost::asio::io_context& io) const;

  /// Lets those go that are held; they are answered in the order in which they asked.
  void release();
  /// Whether it was asked to verify so much of the user.
  [[nodiscard]] bool was_asked(std::string_view user, std::size_t times = 1);
  /// How often, in all.
  [[nodiscard]] std::size_t times_asked(std::string_view user);
  /// Ends it; how many connections it had.
  [[nodiscard]] std::size_t connections();

private:
  void hear();

  Certificates certificates_;
  int orders_ = -1;
  int news_ = -1;
  std::string heard_;  ///< A line for each question, and one for its end.
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace sallyport::test
