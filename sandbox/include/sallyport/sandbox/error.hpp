#pragma once

#include <sallyport/protocol/same_build.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <type_traits>

namespace sallyport {

/// Why the sandbox gave no verdict, or could not be set up.
enum class SandboxErrc {
  no_reply = 1,          ///< The scenario wants the institution to break off.
  too_many_logins,       ///< `SandboxConfig::logins_max` logins are open.
  certificate_not_made,  ///< OpenSSL refused to make a key or a certificate.
};

[[nodiscard]] boost::system::error_category const& sandbox_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(SandboxErrc code) noexcept;

/// Why a data file is refused: which file, where in it (a JSON path such as "$.doors[1].reply.status"), and what is
/// wrong there.
struct ScenarioError {
  std::string file;
  std::string path;
  std::string problem;

  [[nodiscard]] std::string message() const { return file + ": " + path + ": " + problem; }
};

[[noreturn]] void throw_exception_from_error(ScenarioError const& error, boost::source_location const& location);

template <class T>
using ScenarioResult = boost::system::result<T, ScenarioError>;

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::SandboxErrc> : std::true_type {};
