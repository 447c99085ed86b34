using System.CommandLine;
using System.CommandLine.Parsing;
using AgentCraft.Data;
using AgentCraft.Data.Installation;

namespace AgentCraft.Server.Cli;

/// <summary>What <c>init</c> and <c>install</c> have in common.</summary>
internal sealed class InstallOptions
{
    private const string Every = "all";

    public InstallOptions(string clients)
    {
        Client = new("--client") { Description = clients, HelpName = "claude|cursor|vscode|all", AllowMultipleArgumentsPerToken = true };
        Client.CompletionSources.Add([.. ClientProgram.All.Select(client => client.Name), Every]);
        Client.Validators.Add(result =>
        {
            foreach (string name in result.Tokens.SelectMany(token => Split(token.Value)).Where(name => name != Every && ClientProgram.All.All(client => client.Name != name)))
                result.AddError($"There is no client '{Text.Shown(name, 40)}'. There are: {string.Join(", ", ClientProgram.All.Select(client => client.Name))}, {Every}.");
        });
    }

    public Option<string[]> Client { get; }

    public Option<string?> Command { get; } = new("--command") { Description = "How clients start this program. Default: agentcraft where that is on the PATH, else the path of this program.", HelpName = "command" };

    public Option<string> Toolsets { get; } = Cli.Toolsets.Create("Which toolsets its server has, as serve takes it. Default: the setting toolsets, core.");

    public Option<bool> WithoutGuidance { get; } = new("--no-guidance") { Description = "Leave AGENTS.md and CLAUDE.md alone." };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Print what would be changed, as a diff, and change nothing." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    public bool NamesClients(CommandResult result) => result.GetValue(Client) is { Length: > 0 };

    public IReadOnlyList<ClientProgram> ClientsOf(ParseResult result)
    {
        string[] names = [.. (result.GetValue(Client) ?? []).SelectMany(Split)];
        return names.Length == 0 || names.Contains(Every) ? ClientProgram.All : [.. ClientProgram.All.Where(client => names.Contains(client.Name))];
    }

    public async Task<InstallRequest> RequestOf(ParseResult result, bool isForced, CancellationToken cancellationToken) => new(ClientsOf(result), await OwnCommand.Of(result.GetValue(Command), cancellationToken),
        result.GetValue(Toolsets) is { } toolsets ? ["--toolsets", toolsets] : [], !result.GetValue(WithoutGuidance), isForced);

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
