using AgentCraft.Server.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>Tells of every message that is handled, as long as somebody listens.</summary>
internal static class OperationFilter
{
    /// <summary>Around all other filters, so that the time is the whole time.</summary>
    /// <param name="options">The server.</param>
    /// <param name="catalog">Its tools.</param>
    /// <param name="transport"><c>pipe</c> or <c>tcp</c>.</param>
    public static void AddTo(McpServerOptions options, ToolCatalog catalog, string transport)
    {
        OperationNames names = new(catalog, transport);
        options.Filters.Message.IncomingFilters.Insert(0, next => (context, cancellationToken) =>
            Operation.IsWanted && context.JsonRpcMessage is JsonRpcRequest or JsonRpcNotification ? Observe(next, context, names, cancellationToken) : next(context, cancellationToken));
    }

    private static async Task Observe(McpMessageHandler next, MessageContext context, OperationNames names, CancellationToken cancellationToken)
    {
        Operation operation = Operation.Begin(context.JsonRpcMessage, names);
        try
        {
            await next(context, cancellationToken);
        }
        catch (Exception failure)
        {
            operation.End(failure);
            throw;
        }
        operation.End(failure: null);
    }
}
