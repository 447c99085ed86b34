using System.CommandLine;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft health</c>: for whatever supervises a server and has no program to ask it with, such as a container.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        Option<string?> url = new("--url") { Description = "Where it listens. Default: the setting http.url, http://127.0.0.1:7717.", HelpName = "url" };
        Option<bool> json = new("--json") { Description = "Print the answer as JSON, also when it is not ready." };
        Command command = new("health", """
            Ask a server that runs with serve --http whether it can serve now. Exit code 0: it is ready; 1: it is not, or nothing answers.

            Example: agentcraft health --url http://127.0.0.1:7717
            """) { url, json, Roots.SettingOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            string where = result.GetValue(url) ?? Roots.LoadSettings(Roots.Of(result), given: Roots.StoreOptionsOf(result).Settings).Http.Url;
            return Print(await ServerHealth.Ask(where, cancellationToken), result.GetValue(json));
        });
        return command;
    }

    private static int Print(ServerHealth health, bool asJson)
    {
        if (asJson)
            Console.Out.WriteLine(health.ToJson());
        else if (health.IsReady)
            Console.Out.WriteLine($"The server at {health.Url} is ready.");
        else
            throw new AgentCraftException(ErrorCodes.NotFound, health.Fault, "Start one with: agentcraft serve --http. Or say where it is with --url.");
        return health.IsReady ? 0 : 1;
    }
}
