using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>All tools there are, one line a noun. Tests walk this list and demand a toolset, annotations and schemas of each.</summary>
internal sealed class ToolCatalog
{
    private readonly Lazy<IReadOnlyList<CatalogTool>> _all;
    private readonly Lazy<Dictionary<string, CatalogTool>> _byName;

    /// <param name="stores">Opened by the first call of a tool that needs them.</param>
    /// <param name="more">Tools besides the product's own; the benchmarks measure one that does nothing.</param>
    public ToolCatalog(Lazy<Stores> stores, params IEnumerable<CatalogTool> more)
    {
        // Not before somebody asks for a tool: a client that only connects needs none of them.
        _all = new(() => [.. ListAll(stores).Concat(more).OrderBy(tool => Array.IndexOf(ToolsetAttribute.All, tool.Toolset))]);
        _byName = new(() => All.ToDictionary(tool => tool.Name, StringComparer.Ordinal));
    }

    /// <summary>Toolset by toolset, in the order in which a client meets them.</summary>
    public IReadOnlyList<CatalogTool> All => _all.Value;

    /// <summary>The tool of that name; null when there is none.</summary>
    public CatalogTool? Find(string name) => _byName.Value.GetValueOrDefault(name);

    /// <summary>The tools that are methods of a class, in the order in which they are declared there.</summary>
    internal static IEnumerable<CatalogTool> Of<T>(Func<T> create) where T : class
    {
        // Publication only: a failure, a broken settings file for instance, is not kept, and the next call tries again.
        Lazy<T> instance = new(create, LazyThreadSafetyMode.PublicationOnly);
        ToolDefinition[] kept = [.. ToolDefinition.KeptOf(typeof(T))];
        return (kept.Length > 0 ? kept : ToolExport.Of(typeof(T))).Select(definition => new CatalogTool(definition, typeof(T), () => instance.Value));
    }

    private static IEnumerable<CatalogTool> ListAll(Lazy<Stores> stores) =>
        [
            .. Of(() => new SessionTools(stores.Value)),
            .. Of(() => new SessionViewTools(stores.Value)),
            .. Of(() => new AgentTools(stores.Value)),
            .. Of(() => new AgentLifeTools(stores.Value)),
            .. Of(() => new MessageTools(stores.Value)),
            .. Of(() => new MessageSearchTools(stores.Value)),
            .. Of(() => new DocumentTools(stores.Value)),
            .. Of(() => new HandoverTools(stores.Value)),
            .. Of(() => new HandoverLifeTools(stores.Value)),
            .. Of(() => new EventTools(stores.Value)),
            .. Of(() => new MetricTools(stores.Value)),
            .. Of(() => new MetricReportTools(stores.Value)),
            .. Of(() => new ToolboxTools(stores.Value)),
            .. Of(() => new ProjectTools(stores.Value)),
            .. Of(() => new InstanceTools(stores.Value)),
            .. Of(() => new TaskTools(stores.Value)),
            .. Of(() => new ClaimTools(stores.Value)),
            .. Of(() => new HistoryTools(stores.Value)),
            .. Of(() => new OutputTools(stores.Value)),
            .. Of(() => new ProcessTools(stores.Value)),
            .. Of(() => new InstanceLifeTools(stores.Value)),
            .. Of(() => new PruneTools(stores.Value)),
            .. Of(() => new MaintenanceTools(stores.Value)),
            .. Of(() => new BackupTools(stores.Value)),
            .. Of(() => new RecordTools(stores.Value)),
        ];
}
