#include "view/schemes_view.hpp"

#include <sallyport/protocol/field.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace sallyport::app {
namespace {

using Row = std::array<Shown, 5>;
using Fields = std::optional<std::vector<AuthenticationField>>;

bool is_asked(AuthenticationField const& field) {
  return field.name && is_asked_of_the_user(field_named(*field.name));
}

void add_to(std::string& list, std::string_view item) {
  list.append(list.empty() ? "" : ", ").append(item);
}

std::string names_of(Fields const& fields, bool asked) {
  std::string names;
  if (!fields) return names;
  for (auto const& field : *fields) {
    if (field.name && is_asked(field) == asked) add_to(names, *field.name);
  }
  return names;
}

std::string mfa_schemes_of(AuthenticationScheme const& scheme) {
  std::string names;
  if (!scheme.mfa_schemes) return names;
  for (auto const& mfa : *scheme.mfa_schemes) add_to(names, mfa.spelling());
  return names;
}

Fields const& first_fields_of(AuthenticationScheme const& scheme) {
  static Fields const none;
  return scheme.initial_authentication_model ? scheme.initial_authentication_model->fields : none;
}

Row row_of(AuthenticationScheme const& scheme) {
  auto const steps = scheme.authentication_steps ? scheme.authentication_steps->size() : 0;
  auto const or_dash = [](std::string const& text) { return text.empty() ? std::string("-") : text; };
  return {scheme.broker_type.spelling(), scheme.authentication_scheme_type.spelling(),
          or_dash(names_of(first_fields_of(scheme), true)), std::to_string(steps), or_dash(mfa_schemes_of(scheme))};
}

Shown line_of(Row const& row, std::array<std::size_t, 5> const& widths) {
  Shown line;
  for (std::size_t column = 0; column + 1 < row.size(); ++column) {
    line.append(padded(row[column], widths[column])).append(2, ' ');
  }
  return line.append(row.back());
}

std::string place_of(AuthResponse const& pattern) {
  std::string place(pattern.status.spelling());
  if (pattern.mfa_type) place.append(" · ").append(pattern.mfa_type->spelling());
  if (pattern.auth_flow_step) place.append(" · ").append(pattern.auth_flow_step->spelling());
  return place;
}

void describe_fields(Fields const& fields, Style const& style, Shown& text) {
  constexpr std::size_t name_columns = 18;
  constexpr std::size_t indent = 4;
  if (!fields) return;
  for (auto const& field : *fields) {
    if (!is_asked(field)) continue;
    text.append(indent, ' ').append(padded(*field.name, name_columns));
    auto const description = field.description.value_or("");
    text.append(wrapped(description, style.width, indent + name_columns)).end_line();
  }
  if (auto const echoed = names_of(fields, false); !echoed.empty()) {
    auto const line = padded("by itself", name_columns) + wrapped(echoed, style.width, indent + name_columns);
    text.append(indent, ' ').append(style.dim(line)).end_line();
  }
}

}  // namespace

Shown table_of(std::vector<AuthenticationScheme const*> const& schemes, Style const& style) {
  std::vector<Row> rows{{"integration", "type", "first post", "steps", "MFA schemes"}};
  for (auto const* const scheme : schemes) rows.push_back(row_of(*scheme));
  std::array<std::size_t, 5> widths{};
  for (auto const& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], columns_of(row[column]));
    }
  }
  Shown text;
  for (std::size_t index = 0; index < rows.size(); ++index) {
    auto line = line_of(rows[index], widths);
    if (style.terminal) line = truncated(line, style.width);
    text.append(index == 0 ? style.dim(line) : line).end_line();
  }
  return text;
}

Shown describe(AuthenticationScheme const& scheme, Style const& style) {
  auto text = style.bold(scheme.broker_type.spelling()) + ", " + scheme.authentication_scheme_type.spelling();
  text.end_line();
  auto const line = [&text](Shown const& label, Shown const& what) { text.append(label).append(what).end_line(); };
  if (auto const mfa = mfa_schemes_of(scheme); !mfa.empty()) line("MFA schemes: ", mfa);
  if (scheme.instructions_url) line("Instructions: ", *scheme.instructions_url);
  if (scheme.true_auth_authentication && scheme.true_auth_authentication->login_url) {
    line("Login page: ", *scheme.true_auth_authentication->login_url);
  }
  auto const heading = [&text, &style](Shown const& what) {
    text.end_line().append(2, ' ').append(style.bold(what)).end_line();
  };
  heading("first post");
  describe_fields(first_fields_of(scheme), style, text);
  if (!scheme.authentication_steps) return text;
  for (auto const& step : *scheme.authentication_steps) {
    if (!step.auth_response) continue;
    heading("after " + place_of(*step.auth_response));
    describe_fields(step.fields, style, text);
  }
  return text;
}

}  // namespace sallyport::app
