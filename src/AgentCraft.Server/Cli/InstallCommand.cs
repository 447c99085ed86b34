using System.CommandLine;
using AgentCraft.Data.Installation;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft install</c>: our server in the configurations that clients have in a project.</summary>
internal static class InstallCommand
{
    public static Command Create()
    {
        InstallOptions options = new("For which clients; may be repeated. With --uninstall, default: all.");
        Option<bool> uninstall = new("--uninstall") { Description = "Take out what install has put in, and nothing else." };
        Option<bool> force = new("--force") { Description = "Replace a server of the same name that is another, or is started in another way." };
        Command command = new("install", """
            Put this server into the project's configuration of MCP clients (.mcp.json, .cursor/mcp.json, .vscode/mcp.json), and a paragraph for agents into AGENTS.md.
            Everything else in these files stays as it is, comments and blanks included, and a copy is kept. Then the server is started as the client will start it.

            Example: agentcraft install --client claude --dry-run
            """) { options.Client, uninstall, force, options.Command, options.Toolsets, options.WithoutGuidance, options.DryRun, options.Json, Roots.Option };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(uninstall) && !options.NamesClients(result))
                result.AddError($"Say for which client: --client {string.Join(", ", ClientProgram.All.Select(client => client.Name))} or all.");
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            string root = Roots.ExistingOf(result);
            Installation installation = new(root);
            bool isDryRun = result.GetValue(options.DryRun), asJson = result.GetValue(options.Json);
            if (result.GetValue(uninstall))
            {
                InstallRequest old = new(options.ClientsOf(result), [ServerEntry.Name], [], !result.GetValue(options.WithoutGuidance), result.GetValue(force));
                return await Installing.Run(root, "uninstall", () => installation.PlanUninstall(old), null, isDryRun, asJson, cancellationToken);
            }
            InstallRequest request = await options.RequestOf(result, result.GetValue(force), cancellationToken);
            return await Installing.Run(root, "install", () => installation.PlanInstall(request), request, isDryRun, asJson, cancellationToken);
        });
        return command;
    }
}
