#include <sallyport/protocol/auth_response.hpp>

namespace sallyport {

AuthResponse copy_of_door(AuthResponse const& reply) {
  AuthResponse copy;
  copy.status = reply.status;
  copy.mfa_type = reply.mfa_type;
  copy.auth_flow_step = reply.auth_flow_step;
  copy.qr_code = copy_of(reply.qr_code);
  copy.qr_code_link = copy_of(reply.qr_code_link);
  copy.qr_code_link_ios = copy_of(reply.qr_code_link_ios);
  copy.challenge_text = reply.challenge_text;
  copy.challenge_expires_in_seconds = reply.challenge_expires_in_seconds;
  copy.error_message = copy_of(reply.error_message);
  copy.email = reply.email;
  copy.allocated_ip_address = reply.allocated_ip_address;
  return copy;
}

}  // namespace sallyport
