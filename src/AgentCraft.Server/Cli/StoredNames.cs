using System.CommandLine.Completions;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary>Names from the store for a shell's completion. It makes no store, and offers nothing where something is wrong.</summary>
internal static class StoredNames
{
    private const int Most = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static IEnumerable<CompletionItem> Agents(CompletionContext context) => Find(context, (stores, begun) => stores.Names.Agents(begun, Most));

    public static IEnumerable<CompletionItem> Sessions(CompletionContext context) => Find(context, (stores, begun) => stores.Names.Sessions(begun, Most));

    public static IEnumerable<CompletionItem> Projects(CompletionContext context) => Find(context, (stores, begun) => stores.Names.Projects(begun, Most));

    private static List<CompletionItem> Find(CompletionContext context, Func<Stores, string, Task<List<string>>> ask)
    {
        try
        {
            Stores stores = Roots.OpenStores(context.ParseResult);
            Task<List<string>> names = stores.Databases.HasCentral ? ask(stores, context.WordToComplete) : Task.FromResult<List<string>>([]);
            // The process ends at once; a store that hangs must not hang the shell.
            return names.Wait(Patience) ? [.. names.Result.Select(name => new CompletionItem(name))] : [];
        }
        catch (Exception failure) when (failure is AgentCraftException or AggregateException)
        {
            return [];
        }
    }
}
