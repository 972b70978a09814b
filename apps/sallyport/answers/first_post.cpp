#include "answers/first_post.hpp"

#include "view/door_view.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::app {
namespace {

// Law 7: a new device each time means a new SMS each time, so it is the same on every machine and every day.
constexpr std::string_view default_device_info = "sallyport command line";

bool is_name(Field field) noexcept {
  return field == Field::username || field == Field::phone;
}

/// What may be seen on the user's own screen: the names of people and things, as opposed to what proves them.
bool is_hidden(Field field) noexcept {
  return !is_name(field) && field != Field::redirect_link && field != Field::confirmation_email;
}

std::vector<PromptField> common_fields() {
  return {{.field = Field::username, .description = "User name", .hidden = false},
          {.field = Field::password, .description = "Password", .hidden = true}};
}

FirstPost blank_post(LoginOptions const& options) {
  FirstPost post;
  post.credentials.user_id = Secret(options.user_id);
  auto& request = post.credentials.request;
  request.type = options.broker;
  request.device_info = options.device_info;
  request.auth_flow_step = options.qr ? AuthFlowStep::login_qr_code : AuthFlowStep::login_password;
  return post;
}

bool lists_device(AuthenticationModel const& model) {
  auto const is_device = [](AuthenticationField const& field) {
    return field_named(field.name.value_or("")) == Field::device_info;
  };
  return model.fields && std::ranges::any_of(*model.fields, is_device);
}

}  // namespace

bool wants_device(std::vector<AuthenticationScheme> const& schemes, LoginOptions const& options) {
  auto const found = std::ranges::find_if(
      schemes, [&options](AuthenticationScheme const& scheme) { return scheme.broker_type == options.broker; });
  if (found == schemes.end()) return false;
  auto const& first = found->initial_authentication_model;
  if (first && lists_device(*first)) return true;
  auto const& steps = found->authentication_steps;
  return steps && std::ranges::any_of(*steps, lists_device);
}

std::string device_of_this_program() {
  return std::string(default_device_info);
}

std::vector<PromptField> first_fields(std::vector<AuthenticationScheme> const& schemes, LoginOptions const& options) {
  if (options.qr) return {};
  auto const found = std::ranges::find_if(
      schemes, [&options](AuthenticationScheme const& scheme) { return scheme.broker_type == options.broker; });
  auto const listed =
      found != schemes.end() && found->initial_authentication_model && found->initial_authentication_model->fields;
  if (!listed) return common_fields();
  std::vector<PromptField> fields;
  for (auto const& named : *found->initial_authentication_model->fields) {
    auto const field = field_named(named.name.value_or(""));
    if (!is_asked_of_the_user(field) || field == Field::country_info) continue;
    auto const description = named.description.value_or(std::string(wire_name(field)));
    fields.push_back({.field = field, .description = description, .hidden = is_hidden(field)});
  }
  return fields;
}

PromptField way_back_field(bool enter_takes_the_link) {
  std::string description = "The address that the browser came back to";
  if (enter_takes_the_link) description += " (Enter: the link itself)";
  return {.field = Field::redirect_link, .description = std::move(description), .hidden = false};
}

boost::asio::awaitable<FirstPost> async_first_post(std::vector<PromptField> const& fields, LoginOptions const& options,
                                                   Answers& answers, Desk desk) {
  auto post = blank_post(options);
  auto has_name = false;
  for (auto const& field : fields) {
    auto value = answers.take(field.field);
    if (is_name(field.field) && options.username && !has_name) value.emplace(*options.username);
    // Of a user name and a phone number one is enough, and only some of those who list a token for the first post need
    // it: what is not there is left out.
    auto const is_optional = (is_name(field.field) && has_name) || field.field == Field::auth_token;
    auto const* const hint = is_optional ? " (Enter: none): " : ": ";
    auto const label = std::string(door_indent, ' ') + field.description + hint;
    while (!value && desk.terminal != nullptr) {
      LinePrompt prompt;
      prompt.label = [&label] { return label; };
      prompt.hidden = field.hidden;
      auto line = co_await desk.terminal->async_read_line(*desk.screen, std::move(prompt));
      if (!line) {
        post.given_up = true;
        co_return std::move(post);
      }
      if (line->empty() && desk.on_enter != nullptr) line.emplace(desk.on_enter->clone());
      if (line->empty() && is_optional) break;
      if (line->empty()) continue;
      desk.screen->line(label + (field.hidden ? "(not shown)" : std::string(line->reveal())));
      value.emplace(std::move(*line));
    }
    if (!value && is_optional) continue;
    has_name = has_name || is_name(field.field);
    (value ? post.sent : post.missing).emplace_back(wire_name(field.field));
    if (value) set_field(post.credentials.request, field.field, value->reveal());
  }
  co_return std::move(post);
}

}  // namespace sallyport::app
