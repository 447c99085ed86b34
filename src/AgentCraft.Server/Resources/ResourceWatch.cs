using AgentCraft.Data;
using AgentCraft.Data.Storage;

namespace AgentCraft.Server.Resources;

/// <summary>Looks at a resource until it is told to stop, and tells of each change.</summary>
internal static class ResourceWatch
{
    /// <summary>Returns when cancelled.</summary>
    /// <param name="stores">Where it is.</param>
    /// <param name="kind">Its kind, which can be subscribed to.</param>
    /// <param name="values">What the template's names stand for.</param>
    /// <param name="watching">Called once it would notice a change.</param>
    /// <param name="changed">Called after each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AgentCraftException">There is no such agent, or the store cannot be read.</exception>
    public static async Task Run(
        Stores stores, ResourceKind kind, IReadOnlyDictionary<string, string> values, Action watching, Func<CancellationToken, Task> changed, CancellationToken cancellationToken)
    {
        string name = await kind.Changes!.Signal(stores, values, cancellationToken);
        using ChangeSignal.Listener listener = stores.Databases.Signals.Listen(name);
        string state = await kind.Changes.State(stores, values, cancellationToken);
        watching();
        while (true)
        {
            await listener.Wait(stores.Databases.Signals.Recheck, cancellationToken);
            if (await TryState(stores, kind, values, cancellationToken) is not { } now || now == state)
                continue;
            state = now;
            await changed(cancellationToken);
        }
    }

    /// <summary>
    /// Null while the store is busy: that must not end a subscription. What is gone, with its project, has changed, and may come again.
    /// </summary>
    private static async Task<string?> TryState(Stores stores, ResourceKind kind, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        try
        {
            return await kind.Changes!.State(stores, values, cancellationToken);
        }
        catch (AgentCraftException passing) when (passing.Retryable)
        {
            return null;
        }
        catch (AgentCraftException gone) when (gone.Code == ErrorCodes.NotFound)
        {
            return "";
        }
    }
}
