#include "rdb_inspect/interrupt.hpp"

#include <signal.h>

namespace rdb_inspect {
namespace {

volatile sig_atomic_t interrupts = 0;

void on_interrupt(int) { interrupts = 1; }

}  // namespace

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool interrupted_by_user() noexcept { return interrupts != 0; }

}  // namespace rdb_inspect
