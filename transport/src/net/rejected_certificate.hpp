#pragma once

#include <openssl/types.h>

#include <string>

namespace sallyport {

/// What is wrong with the certificate at which a verification has stopped, for a human: the error, whose certificate it
/// is, who issued it, and from when to when it holds. What stands in a certificate is a stranger's, so it is ASCII
/// without control characters, and bounded.
[[nodiscard]] std::string describe_rejection(X509_STORE_CTX* verifying);

}  // namespace sallyport
