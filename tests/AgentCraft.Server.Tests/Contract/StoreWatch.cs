namespace AgentCraft.Server.Tests.Contract;

/// <summary>The <see cref="StoreDump"/> of a root, made anew only when some process may have committed something since.</summary>
internal sealed class StoreWatch(string root) : IDisposable
{
    private readonly SortedDictionary<string, StoreView> _views = new(StringComparer.Ordinal);
    private string _versions = "";
    private string _dump = "";

    /// <summary>What is in the store now.</summary>
    public string Dump()
    {
        // An agent's first row makes its file.
        foreach (string name in StoreView.NamesOf(root).Where(name => !_views.ContainsKey(name)))
            _views[name] = StoreView.Of(root, name);
        string versions = string.Join(' ', _views.Select(view => $"{view.Key} {view.Value.Version()}"));
        if (versions != _versions)
            (_versions, _dump) = (versions, StoreDump.Of(_views.Values));
        return _dump;
    }

    public void Dispose()
    {
        foreach (StoreView view in _views.Values)
            view.Dispose();
    }
}
