using System.CommandLine;
using System.Text.Json.Nodes;

namespace AgentCraft.Server.Cli;

/// <summary>
/// <c>agentcraft completion</c>: scripts that ask the program itself (<c>agentcraft "[suggest:N]" "LINE"</c>, of System.CommandLine) what
/// could come next, so that they know every command, and the names in the store, without being made again.
/// </summary>
internal static class CompletionCommand
{
    private static readonly (string Shell, string Script)[] Scripts = [("bash", Bash), ("zsh", Zsh), ("fish", Fish), ("pwsh", PowerShell)];

    private const string Bash = """
        # agentcraft: completion for bash. Put into ~/.bashrc:  source <(agentcraft completion bash)
        _agentcraft() {
            local typed="${COMP_WORDS[0]}" word="${COMP_WORDS[COMP_CWORD]}" found
            local line="agentcraft${COMP_LINE:${#typed}}" point=$((COMP_POINT - ${#typed} + 10))
            COMPREPLY=()
            while IFS= read -r found; do
                [[ "$found" == "$word"* ]] && COMPREPLY+=("$(printf '%q' "$found")")
            done < <("${typed/#\~/$HOME}" "[suggest:$point]" "$line" 2>/dev/null)
        }
        complete -o default -F _agentcraft agentcraft

        """;

    private const string Zsh = """
        #compdef agentcraft
        # agentcraft: completion for zsh. Put into ~/.zshrc, after compinit:  source <(agentcraft completion zsh)
        _agentcraft() {
            local line="agentcraft ${(j: :)words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            if [[ -n "$found" ]]; then compadd -- "${found[@]}"; else _files; fi
        }
        compdef _agentcraft agentcraft

        """;

    private const string Fish = """
        # agentcraft: completion for fish. Once:  agentcraft completion fish > ~/.config/fish/completions/agentcraft.fish
        function __agentcraft_complete
            set -l line (commandline -cp)
            agentcraft "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c agentcraft -a '(__agentcraft_complete)'

        """;

    private const string PowerShell = """
        # agentcraft: completion for PowerShell. Put into $PROFILE:  agentcraft completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName agentcraft -ScriptBlock {
            param($word, $ast, $cursor)
            $point = $cursor - $ast.Extent.StartOffset
            $line = $ast.ToString().PadRight($point)
            agentcraft "[suggest:$point]" $line 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh, fish or pwsh.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong([.. Scripts.Select(script => script.Shell)]);
        Option<bool> json = new("--json") { Description = "Print the script as JSON." };
        Command command = new("completion", """
            Print a script that completes commands, options, and names from the store when you press Tab.

            Example: source <(agentcraft completion bash)
            """) { shell, json, Roots.Option };
        command.SetAction(result =>
        {
            (string name, string script) = Scripts.First(script => script.Shell == result.GetValue(shell));
            Console.Out.Write(result.GetValue(json) ? new JsonObject { ["shell"] = name, ["script"] = script.ReplaceLineEndings("\n") }.ToJsonString() + "\n" : script.ReplaceLineEndings("\n"));
        });
        return command;
    }
}
