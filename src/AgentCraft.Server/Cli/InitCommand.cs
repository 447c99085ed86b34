using System.CommandLine;
using AgentCraft.Data.Installation;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft init</c>: what a project begins with.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        InstallOptions options = new("For which clients; may be repeated. Default: all.");
        Command command = new("init", """
            Prepare a project: make .agentcraft with settings to begin with, configurations for MCP clients, and a paragraph for agents in AGENTS.md.
            What is there stays as it is, to the byte; install adds to files that are there. Running it again changes nothing.

            Example: agentcraft init --root ~/src/my-project
            """) { options.Client, options.Command, options.Toolsets, options.WithoutGuidance, options.DryRun, options.Json, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            string root = Roots.ExistingOf(result);
            InstallRequest request = await options.RequestOf(result, isForced: false, cancellationToken);
            Installation installation = new(root);
            return await Installing.Run(root, "init", () => installation.PlanInit(request), request, result.GetValue(options.DryRun), result.GetValue(options.Json), cancellationToken);
        });
        return command;
    }
}
