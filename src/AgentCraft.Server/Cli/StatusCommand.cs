using System.CommandLine;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Overviews;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft status</c>: how a root stands, at a glance.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print all of it as JSON." };
        Command command = new("status", """
            Show how things stand: the store, who is here and at what, unread mail, open tasks, claims, the newest hand-over, and what to look at.
            It changes nothing, and makes no store where there is none.

            Example: agentcraft status --root ~/src/my-project
            """) { Roots.StoreOption, json, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            Overview overview = await stores.Overviews.Get(cancellationToken);
            Console.Out.Write(result.GetValue(json)
                ? JsonSerializer.Serialize(overview, ToolJson.Serializer.GetTypeInfo(typeof(Overview))) + "\n"
                : StatusText.Of(overview, TimeProvider.System.GetUtcNow(), StandardOutput.Width));
        });
        return command;
    }
}
