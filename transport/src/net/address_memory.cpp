#include "net/address_memory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sallyport {
namespace {

using Address = AddressMemory::Address;

/// By turns, as long as there are both.
void interleave(std::vector<Address>& addresses) {
  if (addresses.empty()) return;
  auto const family = addresses.front().protocol();
  std::vector<Address> rest;
  std::vector<Address> first;
  for (auto& address : addresses) (address.protocol() == family ? first : rest).push_back(std::move(address));
  addresses.clear();
  for (std::size_t at = 0; at < std::max(first.size(), rest.size()); ++at) {
    if (at < first.size()) addresses.push_back(std::move(first[at]));
    if (at < rest.size()) addresses.push_back(std::move(rest[at]));
  }
}

}  // namespace

void AddressMemory::failed(Address const& address, Clock::time_point now) {
  worked(address);
  if (failures_.size() == failures_max) failures_.pop_front();
  failures_.push_back({address, now + remembered_for});
}

void AddressMemory::worked(Address const& address) {
  std::erase_if(failures_, [&address](Failure const& failure) { return failure.address == address; });
}

bool AddressMemory::is_failing(Address const& address, Clock::time_point now) const {
  return std::ranges::any_of(failures_,
                             [&](Failure const& failure) { return failure.address == address && now < failure.until; });
}

std::vector<Address> AddressMemory::in_order(std::vector<Address> addresses, Clock::time_point now) const {
  std::vector<Address> good;
  std::vector<Address> failing;
  for (auto& address : addresses) (is_failing(address, now) ? failing : good).push_back(std::move(address));
  interleave(good);
  interleave(failing);
  good.insert(good.end(), std::make_move_iterator(failing.begin()), std::make_move_iterator(failing.end()));
  return good;
}

}  // namespace sallyport
