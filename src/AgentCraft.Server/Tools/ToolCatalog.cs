using System.Reflection;
using AgentCraft.Data;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>All tools there are, one line a noun. Tests walk this list and demand a toolset, annotations and schemas of each.</summary>
internal sealed class ToolCatalog
{
    private readonly Dictionary<string, CatalogTool> _byName;

    /// <param name="stores">Opened by the first call of a tool that needs them.</param>
    /// <param name="more">Tools besides the product's own; the benchmarks measure one that does nothing.</param>
    public ToolCatalog(Lazy<Stores> stores, params IEnumerable<CatalogTool> more)
    {
        IEnumerable<CatalogTool> all =
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
            .. more,
        ];
        All = [.. all.OrderBy(tool => Array.IndexOf(ToolsetAttribute.All, tool.Toolset))];
        _byName = All.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
    }

    /// <summary>Toolset by toolset, in the order in which a client meets them.</summary>
    public IReadOnlyList<CatalogTool> All { get; }

    /// <summary>The tool of that name; null when there is none.</summary>
    public CatalogTool? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The tools that are methods of a class, in the order in which they are declared there.</summary>
    internal static IEnumerable<CatalogTool> Of<T>(Func<T> create) where T : class
    {
        // Publication only: a failure, a broken settings file for instance, is not kept, and the next call tries again.
        Lazy<T> instance = new(create, LazyThreadSafetyMode.PublicationOnly);
        return typeof(T).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.IsDefined(typeof(McpServerToolAttribute)))
            .OrderBy(method => method.MetadataToken)
            .Select(method => new CatalogTool(method, () => instance.Value));
    }
}
