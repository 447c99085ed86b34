using System.ComponentModel;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Tools;
using ModelContextProtocol.Server;

namespace AgentCraft.Benchmarks;

/// <summary>A tool that does nothing, through all that the product puts around a tool: what is left is the protocol's own cost.</summary>
internal sealed class EmptyTools
{
    /// <summary>The argument that makes this program serve.</summary>
    public const string ServeCommand = "--serve-with-empty-tool";

    public const string Name = "benchmark_empty";

    // The smallest of the product's results: a type of our own would need a serializer context of our own.
    private readonly Task<Acknowledged> _nothing = Task.FromResult(new Acknowledged { Agent = "" });

    [McpServerTool(Name = Name, Title = "Empty", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    [Description("Does nothing.")]
    public Task<Acknowledged> Empty() => _nothing;
}
