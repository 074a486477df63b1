#include "support/counted.hpp"

namespace bench {

extern "C" [[gnu::noinline]] void measured(repeatable& operation, int times) {
  operation.repeat(times);
}

}  // namespace bench
