#include "rdb_inspect/completion.hpp"

#include <CLI/CLI.hpp>

namespace rdb_inspect {
namespace {

const auto any_command = [](const CLI::App*) { return true; };
const auto any_option = [](const CLI::Option*) { return true; };

// "-k --key", for every option of `app`.
std::string options_of(const CLI::App& app) {
  std::string words;
  for (const auto* option : app.get_options(any_option)) {
    for (const auto& name : option->get_snames()) words += " -" + name;
    for (const auto& name : option->get_lnames()) words += " --" + name;
  }
  return words;
}

std::string commands_of(const CLI::App& app) {
  std::string words;
  for (const auto* command : app.get_subcommands(any_command)) words += " " + command->get_name();
  return words;
}

// zsh runs it too, by its bash mode.
std::string bash(const CLI::App& app) {
  std::string script =
      "_rdb_inspect() {\n"
      "  local word command= words\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \" " +
      commands_of(app) +
      " \" in *\" $word \"*) command=$word; break ;; esac\n"
      "  done\n"
      "  case \"$command\" in\n"
      "    '') words=\"" +
      commands_of(app) + "\" ;;\n";
  for (const auto* command : app.get_subcommands(any_command)) {
    script += "    " + command->get_name() + ") words=\"" + options_of(*command) + "\" ;;\n";
  }
  return script + "  esac\n  COMPREPLY=($(compgen -W \"$words" + options_of(app) +
         "\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _rdb_inspect rdb_inspect\n";
}

std::string in_quotes(std::string_view text) {
  std::string words = "'";
  for (const char c : text) words.append(c == '\'' || c == '\\' ? "\\" : "").append(1, c);
  return words + "'";
}

std::string fish_options(const CLI::App& app, const std::string& condition) {
  std::string script;
  for (const auto* option : app.get_options(any_option)) {
    if (option->get_snames().empty() && option->get_lnames().empty()) continue;
    script += "complete -c rdb_inspect" + condition;
    for (const auto& name : option->get_snames()) script += " -s " + name;
    for (const auto& name : option->get_lnames()) script += " -l " + name;
    if (option->get_items_expected_max() > 0) script += " -r";
    script += " -d " + in_quotes(option->get_description()) + "\n";
  }
  return script;
}

std::string fish(const CLI::App& app) {
  auto script = fish_options(app, "");
  for (const auto* command : app.get_subcommands(any_command)) {
    script += "complete -c rdb_inspect -n __fish_use_subcommand -a " + command->get_name() +
              " -d " + in_quotes(command->get_description()) + "\n";
    script +=
        fish_options(*command, " -n '__fish_seen_subcommand_from " + command->get_name() + "'");
  }
  return script;
}

}  // namespace

std::optional<std::string> completion_for(std::string_view shell, const CLI::App& app) {
  if (shell == "bash") return bash(app);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash(app);
  if (shell == "fish") return fish(app);
  return std::nullopt;
}

}  // namespace rdb_inspect
