using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// The contract over standard input and output, hosted by the tests' process; what every client does is tried with a process for each
/// connection instead.
/// </summary>
public static class StdioContractTests
{
    private static readonly Stdio Transport = new(root => HostedStdio.Connect(root));
    private static readonly Stdio OwnProcess = new(root => StdioServer.Connect(root, ["--toolsets", "all"]));

    public sealed class Sessions() : SessionContractTests(OwnProcess);

    public sealed class SessionViews() : SessionViewContractTests(Transport);

    public sealed class Agents() : AgentContractTests(Transport);

    public sealed class AgentLives() : AgentLifeContractTests(Transport);

    public sealed class Usages() : UsageContractTests(Transport);

    public sealed class Projects() : ProjectContractTests(Transport);

    public sealed class Templates() : TemplateContractTests(Transport);

    public sealed class Toolbox() : ToolboxContractTests(Transport);

    public sealed class Messages() : MessageContractTests(OwnProcess);

    public sealed class MessageSearches() : MessageSearchContractTests(Transport);

    public sealed class Documents() : DocumentContractTests(Transport);

    public sealed class Inboxes() : InboxContractTests(Transport);

    public sealed class Waits() : WaitContractTests(OwnProcess);

    public sealed class Handovers() : HandoverContractTests(Transport);

    public sealed class Resources() : ResourceContractTests(Transport);

    public sealed class Prompts() : PromptContractTests(Transport);

    public sealed class Takeovers() : TakeoverContractTests(Transport);

    public sealed class Completions() : CompletionContractTests(Transport);

    public sealed class HandoverLives() : HandoverLifeContractTests(Transport);

    public sealed class Metrics() : MetricContractTests(Transport);

    public sealed class Events() : EventContractTests(Transport);
    public sealed class Histories() : HistoryContractTests(Transport);

    public sealed class Outputs() : OutputContractTests(Transport);

    public sealed class MetricReports() : MetricReportContractTests(Transport);
    public sealed class Records() : RecordContractTests(Transport);

    public sealed class AgentTypes() : AgentTypeContractTests(Transport);

    public sealed class Tasks() : TaskContractTests(Transport);

    public sealed class Claims() : ClaimContractTests(Transport);

    public sealed class Instances() : InstanceContractTests(Transport);

    public sealed class Processes() : ProcessContractTests(Transport);

    public sealed class Backups() : BackupContractTests(Transport);

    public sealed class Prunings() : PruneContractTests(Transport);

    public sealed class Maintenances() : MaintenanceContractTests(Transport);

    public sealed class Callers() : CallerContractTests(Transport);

    public sealed class Definitions() : DefinitionContractTests(OwnProcess);

    private sealed class Stdio(Func<string, Task<StdioServer>> connect) : ContractTransport
    {
        public override async Task<ContractConnection> Connect(string root) => new Connection(await connect(root));
    }

    private sealed class Connection(StdioServer server) : ContractConnection
    {
        public override Task<System.Text.Json.JsonElement> Request(string method, object? parameters = null) => server.Request(method, parameters);

        public override async Task<PendingCall> StartCall(string tool, object? arguments = null) =>
            new Pending(server, tool, await server.StartCall(tool, arguments), Checked);

        public override async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Assert.Equal(0, server.UnreadLines); // Only protocol went to standard output.
        }
    }

    private sealed class Pending(StdioServer server, string tool, StartedRequest request, Func<ToolAnswer, Task<ToolAnswer>> check) : PendingCall
    {
        public override bool IsCompleted => request.IsCompleted;

        public override async Task<ToolAnswer> Answer() => await check(new ToolAnswer(tool, await request.Result()));

        public override Task Cancel() => server.CancelRequest(request.Id);
    }
}
