// Every message that a server reads.

#include "round_trip.hpp"
#include "targets.hpp"

void sallyport::fuzz::decode_request(std::string_view bytes) {
  check_round_trip<AuthRequest>(bytes);
  check_round_trip<RefreshRequest>(bytes);
  check_round_trip<RemoveAccountRequest>(bytes);
}
