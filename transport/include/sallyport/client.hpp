#pragma once

// The door for a program that logs users in: a client, its logins and outcomes, what answers for a user, what keeps
// tokens, logins and budgets, and what is told of it all. Each may be included by itself as well.

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/error_condition.hpp>
#include <sallyport/transport/login.hpp>
#include <sallyport/transport/observers.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/responders.hpp>
#include <sallyport/transport/shared_governor.hpp>
#include <sallyport/transport/snapshot.hpp>
#include <sallyport/transport/token_keeper.hpp>
#include <sallyport/transport/totp.hpp>
