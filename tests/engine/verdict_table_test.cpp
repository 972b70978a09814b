#include "progression_support.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace sallyport::engine_test {
namespace {

struct ExpectedVerdict {
  std::string_view status;
  EventType event;
  Want want;
  Bound bound;
};

using E = EventType;

// clang-format off
ExpectedVerdict const expected[] = {
  { "unknown",                    E::hand_off,     Want::hand_off,      Bound::none      },
  { "failed",                     E::denied,       Want::nothing,       Bound::none      },
  { "challengeFailed",            E::wrong_answer, Want::input,         Bound::kept      },
  { "succeeded",                  E::granted,      Want::nothing,       Bound::none      },
  { "challengeIssued",            E::challenge,    Want::input,         Bound::challenge },
  { "mfaRequired",                E::challenge,    Want::input,         Bound::step      },
  { "openInBrokerModule",         E::hand_off,     Want::hand_off,      Bound::none      },
  { "delayed",                    E::wait,         Want::nothing,       Bound::flow      },
  { "deviceConfirmationRequired", E::wait,         Want::act_elsewhere, Bound::step      },
  { "emailVerification",          E::wait,         Want::act_elsewhere, Bound::step      },
  { "emailReceived",              E::wait,         Want::nothing,       Bound::step      },
  { "captchaChallenge",           E::challenge,    Want::input,         Bound::step      },
  { "faceVerification",           E::wait,         Want::act_elsewhere, Bound::step      },
  { "bindMfaRequired",            E::challenge,    Want::restart,       Bound::step      },
  { "apiKeyGenerationError",      E::challenge,    Want::restart,       Bound::step      },
  { "qrCodeRequired",             E::wait,         Want::act_elsewhere, Bound::challenge },
  { "qrCodeExpired",              E::challenge,    Want::restart,       Bound::step      },
  { "deviceLoginVerified",        E::challenge,    Want::restart,       Bound::step      },
};
// clang-format on

std::string_view name_of_step(std::optional<AuthFlowStep> step) {
  return step ? wire_name(*step) : "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict_table)

BOOST_AUTO_TEST_CASE(every_status_means_what_is_written_here) {
  BOOST_TEST(std::size(expected) == status_count);
  for (std::size_t index = 0; index < status_count; ++index) {
    BOOST_TEST_CONTEXT(expected[index].status) {
      auto const row = verdict_row(status_at(index));
      BOOST_TEST(wire_name(row.status) == expected[index].status);
      BOOST_TEST(row.event == expected[index].event);
      BOOST_TEST(row.want == expected[index].want);
      BOOST_TEST(row.bound == expected[index].bound);
      BOOST_TEST(Event(reply(status_at(index))).type == expected[index].event);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_pair_of_statuses_may_follow_or_not_as_is_written_here) {
  for (std::size_t next = 0; next < status_count; ++next) {
    auto const may = may_follow(std::nullopt, std::nullopt, status_at(next), std::nullopt);
    BOOST_TEST(may == status_fits(std::nullopt, status_at(next)), "start, " << wire_name(status_at(next)));
    for (std::size_t before = 0; before < status_count; ++before) {
      auto const follows = may_follow(status_at(before), std::nullopt, status_at(next), std::nullopt);
      BOOST_TEST(follows == status_fits(status_at(before), status_at(next)), wire_name(status_at(before))
                                                                                 << ", " << wire_name(status_at(next)));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_pair_of_flow_steps_may_follow_or_not_as_is_written_here) {
  for (std::size_t before = 0; before < optional_step_count; ++before) {
    for (std::size_t next = 0; next < optional_step_count; ++next) {
      auto const from = optional_step_at(before);
      auto const to = optional_step_at(next);
      BOOST_TEST(may_follow(AuthStatus::mfa_required, from, AuthStatus::mfa_required, to) == step_fits(from, to),
                 name_of_step(from) << ", " << name_of_step(to));
      BOOST_TEST(!may_follow(AuthStatus::failed, from, AuthStatus::mfa_required, to));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_program_sees_the_same_tables_as_the_compiler) {
  constexpr auto follows = [] {
    std::array<bool, status_count * status_count> all{};
    for (std::size_t index = 0; index < all.size(); ++index) {
      all[index] = may_follow(static_cast<AuthStatus>(index / status_count), std::nullopt,
                              static_cast<AuthStatus>(index % status_count), std::nullopt);
    }
    return all;
  }();
  constexpr auto steps = [] {
    std::array<bool, step_count * step_count> all{};
    for (std::size_t index = 0; index < all.size(); ++index) {
      all[index] = may_follow(std::nullopt, static_cast<AuthFlowStep>(index / step_count), AuthStatus::succeeded,
                              static_cast<AuthFlowStep>(index % step_count));
    }
    return all;
  }();
  for (std::size_t index = 0; index < follows.size(); ++index) {
    BOOST_TEST(follows[index] == may_follow(status_at(index / status_count), std::nullopt,
                                            status_at(index % status_count), std::nullopt));
  }
  for (std::size_t index = 0; index < steps.size(); ++index) {
    BOOST_TEST(steps[index] == may_follow(std::nullopt, static_cast<AuthFlowStep>(index / step_count),
                                          AuthStatus::succeeded, static_cast<AuthFlowStep>(index % step_count)));
  }
}

BOOST_AUTO_TEST_CASE(only_ends_are_followed_by_nothing) {
  for (std::size_t before = 0; before < status_count; ++before) {
    auto const event = verdict_row(status_at(before)).event;
    auto const ends = event == E::granted || event == E::denied || event == E::hand_off;
    auto const goes_on = may_follow(status_at(before), std::nullopt, AuthStatus::failed, std::nullopt);
    // A status that we do not know may turn out to be anything, so it is no end on the wire.
    BOOST_TEST(goes_on == (!ends || status_at(before) == AuthStatus::unknown), wire_name(status_at(before)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
