using AgentCraft.Data;
using AgentCraft.Data.Instances;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// Puts instances right once a server's life, in the background. Where there are none, not even the store is opened. What fails is logged and
/// stops nothing.
/// </summary>
internal sealed class StartupRecovery(string root, Lazy<Stores> stores, ILogger<StartupRecovery> log, CancellationToken stopping)
{
    private int _begun;

    /// <summary>
    /// For <c>McpServerOptions.Filters.Message.IncomingFilters</c>: begins once the first message has been handled, so that the answer to
    /// <c>initialize</c> waits for nothing of it.
    /// </summary>
    public McpMessageHandler AfterFirst(McpMessageHandler next) => async (context, cancellationToken) =>
    {
        try
        {
            await next(context, cancellationToken);
        }
        finally
        {
            Begin();
        }
    };

    /// <summary>Begins, unless it has.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            _ = Task.Factory.StartNew(Run, stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    private async Task Run()
    {
        try
        {
            if (!InstanceRecovery.HasAny(root))
                return;
            Tell(await stores.Value.InstanceRecovery.Recover(stopping));
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or AgentCraftException { Code: ErrorCodes.Stopping })
        {
            // The server ends: the next one goes on.
        }
        catch (AgentCraftException refusal)
        {
            log.LogWarning("Instances were not looked at: {Message}", refusal.Message);
        }
        catch (Exception bug)
        {
            log.LogError(bug, "Instances were not looked at.");
        }
    }

    private void Tell(InstanceReport report)
    {
        foreach (RecoveredInstance one in report.Recovered)
            log.LogInformation("Instance '{Name}' has stopped. {Reason}", one.Name, one.Reason);
        foreach (MovedMetadata one in report.Moved)
            log.LogWarning("The metadata file of {Directory} is broken ({Fault}) and lies in {MovedTo} now.", one.Directory, one.Fault, one.MovedTo);
        foreach (BrokenInstance one in report.Broken.Concat(report.Failed))
            log.LogWarning("{Directory}: {Fault}", one.Directory, one.Fault);
    }
}
