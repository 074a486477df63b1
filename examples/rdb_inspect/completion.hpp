#pragma once
// What a shell needs to complete this program's commands and options.

#include <CLI/App.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace rdb_inspect {

/// A script for "bash", "zsh" or "fish", made of what `app` takes; nothing for another shell.
[[nodiscard]] std::optional<std::string> completion_for(std::string_view shell,
                                                        const CLI::App& app);

}  // namespace rdb_inspect
