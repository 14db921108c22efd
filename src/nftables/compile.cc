#include "nftables/compile.h"

#include "nftables/live_compiler.h"

namespace drawbridge::nftables {

Result<Ruleset> compile(const rules::Program& program, const CompileOptions& options) {
  LiveCompiler compiler(options);
  TRY_VOID(compiler.update(program));
  return compiler.ruleset();
}

}  // namespace drawbridge::nftables
