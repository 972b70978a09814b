#include <sallyport/protocol/codec.hpp>
#include <sallyport/protocol/field.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

BOOST_AUTO_TEST_SUITE(field)

using namespace sallyport;

BOOST_AUTO_TEST_CASE(every_field_is_found_by_its_name_in_either_case) {
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    std::string camel(wire_name(field));
    BOOST_TEST((field_named(camel) == field), camel);
    camel[0] = static_cast<char>(camel[0] - 'A' + 'a');
    BOOST_TEST((field_named(camel) == field), camel);
  }
  BOOST_TEST((field_named("Shoe size") == Field::unknown));
  BOOST_TEST((field_named("") == Field::unknown));
  BOOST_TEST((field_named("unknown") == Field::unknown));
}

BOOST_AUTO_TEST_CASE(a_field_of_text_is_set_read_and_copied) {
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    BOOST_TEST_CONTEXT(wire_name(field)) {
      AuthRequest from;
      if (!set_field(from, field, "text")) {
        BOOST_TEST(!text_of(from, field).has_value());
        continue;
      }
      AuthRequest to;
      copy_field(from, to, field);
      BOOST_TEST(text_of(to, field).value() == "text");
    }
  }
}

BOOST_AUTO_TEST_CASE(fields_of_other_shapes_are_copied_too) {
  AuthRequest from;
  from.country_info.emplace().country_code = "CH";
  from.mfa_type = MfaType::totp;
  from.auth_flow_step = AuthFlowStep::mfa_flow;
  auto& true_auth = from.true_auth_auth_request.emplace();
  true_auth.user_agent = "agent";
  true_auth.cookies.emplace().emplace_back().emplace_back("session", Secret("cookie"));
  AuthRequest to;
  for (auto const field :
       {Field::country_info, Field::mfa_type, Field::auth_flow_step, Field::true_auth_auth_request, Field::password}) {
    copy_field(from, to, field);
  }
  BOOST_TEST((to.country_info == from.country_info));
  BOOST_TEST((to.mfa_type == from.mfa_type));
  BOOST_TEST((to.auth_flow_step == from.auth_flow_step));
  BOOST_TEST(to.true_auth_auth_request->cookies->at(0).at(0).second->reveal() == "cookie");
  BOOST_TEST(!to.password.has_value());
}

// One field at a time, so that none can stand in for another.
BOOST_AUTO_TEST_CASE(a_view_is_written_like_what_it_was_copied_from) {
  for (auto const is_base64 : {std::optional<bool>(), std::optional(true)}) {
    AuthRequest all;
    all.type = BrokerType::robinhood;
    all.is_sensitive_fields_encrypted = is_base64;
    all.country_info.emplace().country_code = "CH";
    all.mfa_type = MfaType::totp;
    all.auth_flow_step = AuthFlowStep::mfa_flow;
    all.true_auth_auth_request.emplace().user_agent = "agent";
    for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
      auto const field = static_cast<Field>(index);
      set_field(all, field, std::string("text of ") + std::string(wire_name(field)));
    }
    for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
      auto const field = static_cast<Field>(index);
      AuthRequest one;
      AuthRequestView seen;
      seen.type = one.type = all.type;
      seen.is_sensitive_fields_encrypted = one.is_sensitive_fields_encrypted = is_base64;
      copy_field(all, one, field);
      copy_field(all, seen, field);
      auto const is_kept = field != Field::type && field != Field::is_trying_another_way;
      BOOST_TEST(has_field(one, field) == (is_kept || field == Field::type), wire_name(field));
      BOOST_TEST(encode(seen).reveal() == encode(one).reveal(), wire_name(field));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_field_is_there_where_it_was_set_whatever_its_shape) {
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const one = static_cast<Field>(index);
    BOOST_TEST_CONTEXT(wire_name(one)) {
      AuthRequest request;
      BOOST_TEST(has_field(request, one) == (one == Field::type));  // A request always has one.
      if (!set_field(request, one, "text")) {
        request.country_info.emplace();
        request.true_auth_auth_request.emplace();
        request.mfa_type = MfaType::totp;
        request.auth_flow_step = AuthFlowStep::mfa_flow;
        request.is_trying_another_way = false;
      }
      BOOST_TEST(has_field(request, one));
    }
  }
  BOOST_TEST(!has_field(AuthRequest{}, Field::unknown));
}

BOOST_AUTO_TEST_CASE(a_request_carries_credentials_answers_or_neither) {
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const one = static_cast<Field>(index);
    AuthRequest request;
    if (one == Field::country_info) request.country_info.emplace();
    if (one == Field::true_auth_auth_request) request.true_auth_auth_request.emplace();
    static_cast<void>(set_field(request, one, "text"));
    BOOST_TEST(carries_credentials(request) == is_credential(one), wire_name(one));
    auto const answers = one == Field::mfa_code || one == Field::challenge_code || one == Field::challenge_answer ||
                         one == Field::trade_pin;
    BOOST_TEST(carries_answer(request) == answers, wire_name(one));
  }
}

BOOST_AUTO_TEST_CASE(credentials_are_asked_of_the_user_and_echoes_are_not) {
  for (auto const field : {Field::username, Field::password, Field::phone, Field::key, Field::auth_token}) {
    BOOST_TEST((is_credential(field) && is_asked_of_the_user(field)), wire_name(field));
  }
  for (auto const field : {Field::mfa_code, Field::challenge_code, Field::challenge_answer, Field::trade_pin}) {
    BOOST_TEST((!is_credential(field) && is_asked_of_the_user(field)), wire_name(field));
  }
  for (auto const field :
       {Field::type, Field::challenge_id, Field::mfa_type, Field::auth_flow_step, Field::device_info}) {
    BOOST_TEST((!is_credential(field) && !is_asked_of_the_user(field)), wire_name(field));
  }
}

BOOST_AUTO_TEST_SUITE_END()
