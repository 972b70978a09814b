#pragma once

#include "answers/answers.hpp"
#include "options/options.hpp"
#include "terminal/screen.hpp"
#include "terminal/terminal.hpp"

#include <sallyport/protocol/scheme.hpp>
#include <sallyport/transport/prompt.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace sallyport::app {

/// The fields that a first post needs of its user, as the integration's scheme lists them; user name and password
/// where there is no scheme.
[[nodiscard]] std::vector<PromptField> first_fields(std::vector<AuthenticationScheme> const& schemes,
                                                    LoginOptions const& options);

/// Whether the integration's scheme lists `deviceInfo` anywhere. Some refuse it where it is not asked for.
[[nodiscard]] bool wants_device(std::vector<AuthenticationScheme> const& schemes, LoginOptions const& options);
/// What is told of this device where the user says nothing else.
[[nodiscard]] std::string device_of_this_program();

/// The credentials of a first post, and what of it nobody gave.
struct FirstPost {
  Credentials credentials;
  std::vector<std::string> sent;     ///< Names of the fields that it carries.
  std::vector<std::string> missing;  ///< Names of the fields that there is no value for.
  bool given_up = false;             ///< The input ended.
};

/// Where a user fills the fields in. `terminal` may be null; `on_enter` is what Enter alone means, if anything.
struct Desk {
  Screen* screen;
  Terminal* terminal;
  Secret const* on_enter = nullptr;
};

/// Fills the fields in: from the options, from the answers, else at the desk.
[[nodiscard]] boost::asio::awaitable<FirstPost> async_first_post(std::vector<PromptField> const& fields,
                                                                 LoginOptions const& options, Answers& answers,
                                                                 Desk desk);

/// What the browser of a login by OAuth comes back with.
[[nodiscard]] PromptField way_back_field(bool enter_takes_the_link);

}  // namespace sallyport::app
