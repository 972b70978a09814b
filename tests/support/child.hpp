#pragma once

// Work in a child of the test's process. It must not return to the test, which would go on twice: it reports with a
// text, leaves with `_exit`, and destroys nothing of the test.

#include <boost/test/unit_test.hpp>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::test {

class Child {
public:
  /// `work()` gives the report. `forked(pid)` is called in both, as soon as there are two.
  template <class Work, class Forked>
  static Child start(Work work, Forked forked) {
    std::array<int, 2> ends{};
    BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
    auto const pid = ::fork();
    BOOST_TEST_REQUIRE(pid >= 0);
    forked(pid);
    if (pid == 0) {
      ::alarm(seconds_max);
      report_and_leave(ends[1], work);
    }
    ::close(ends[1]);
    return {pid, ends[0]};
  }
  template <class Work>
  static Child start(Work work) {
    return start(std::move(work), [](pid_t) {});
  }

  /// In a child that was forked off by somebody else.
  template <class Work>
  [[noreturn]] static void report_and_leave(int into, Work work) {
    std::string report;
    try {
      report = work();
    } catch (std::exception const& failure) {
      report = std::string("threw ") + failure.what();
    }
    auto const written = ::write(into, report.data(), report.size());
    ::_exit(written == static_cast<ssize_t>(report.size()) ? 0 : 1);
  }

  Child(pid_t pid, int report) noexcept : pid_(pid), report_(report) {}
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), report_(std::exchange(other.report_, -1)) {}
  Child& operator=(Child&&) = delete;
  Child(Child const&) = delete;
  Child& operator=(Child const&) = delete;
  ~Child() {
    if (report_ >= 0) static_cast<void>(finish());
  }

  /// Waits for its end; what it reported, or how it died.
  [[nodiscard]] std::string finish() {
    std::string report;
    std::array<char, 512> some{};
    for (auto got = ::read(report_, some.data(), some.size()); got > 0;
         got = ::read(report_, some.data(), some.size())) {
      report.append(some.data(), static_cast<std::size_t>(got));
    }
    ::close(std::exchange(report_, -1));
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_ || status != 0) report += " died with " + std::to_string(status);
    return report;
  }

private:
  static constexpr unsigned seconds_max = 120;

  pid_t pid_;
  int report_;
};

}  // namespace sallyport::test
