#include "ledger_support.hpp"

#include <engine/seed.hpp>

#include <record_text.hpp>

namespace sallyport::ledger_test {

BOOST_AUTO_TEST_SUITE(record_text)

BOOST_AUTO_TEST_CASE(a_record_reads_as_an_operator_would_write_it) {
  AccountRecord record;
  record.latest = noon;
  record.of(Act::credential_post).marks = {{noon, 1}, {noon + 1s, 2}};
  record.of(Act::push).not_before = noon + 1h;
  record.of(Act::push).words_before = noon;
  record.of(Act::wrong_code).cleared_at = noon;
  BOOST_TEST(to_text(record) ==
             "latest 1772000000000; credential_post 1772000000000*1 1772000001000*2; wrong_code cleared 1772000000000; "
             "push until 1772003600000 words 1772000000000");
  BOOST_TEST_REQUIRE(from_text(to_text(record)).has_value());
  BOOST_TEST((*from_text(to_text(record)) == record));
}

BOOST_AUTO_TEST_CASE(any_record_is_read_as_it_was_written) {
  Dice dice(seed());
  for (auto round = 0; round < 2000; ++round) {
    AccountRecord record;
    record.latest = dice.once_in(9) ? WallTime::min() : noon + WallDuration(dice.below(1'000'000));
    for (auto const act : every_act) {
      auto at = noon - 24h * 30'000;
      for (auto marks = dice.below(70); marks > 0 && !dice.once_in(8); --marks) {
        at += WallDuration(1 + dice.below(1'000'000));
        record.of(act).marks.push_back({at, static_cast<std::uint32_t>(1 + dice.below(4'000'000'000))});
      }
      if (dice.once_in(3)) record.of(act).not_before = dice.once_in(4) ? WallTime::max() : noon;
      if (dice.once_in(3)) record.of(act).words_before = noon + 1s;
      if (dice.once_in(3)) record.of(act).cleared_at = at;
    }
    auto const read = from_text(to_text(record));
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST_REQUIRE((*read == record));
  }
}

BOOST_AUTO_TEST_CASE(any_other_text_is_refused) {
  for (std::string_view const text :
       {"", "latest", "latest x", "latest 1 2", "latest 99999999999999999999999", "push 1*1", "latest 1; ",
        "latest 1; push", "latest 1; push 1", "latest 1; push 1*", "latest 1; push 1*0", "latest 1; push 1*-1",
        "latest 1; push 2*1 1*1", "latest 1; push until", "latest 1; push until 1*1", "latest 1; push 1*1; push 1*1",
        "latest 1; tap 1*1"}) {
    BOOST_TEST(!from_text(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::ledger_test
