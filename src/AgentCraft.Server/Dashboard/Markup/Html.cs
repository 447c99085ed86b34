namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>
/// Markup. It is made of literals of this program only: whatever is put into an interpolated text is encoded by
/// <see cref="HtmlBuilder"/>, and a text alone is none.
/// </summary>
internal readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    public static Html None => default;

    /// <summary>Nothing was written.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_markup);

    /// <summary>For example <c>Html.Of($"&lt;p&gt;{text}&lt;/p&gt;")</c>.</summary>
    public static Html Of(ref HtmlBuilder markup) => new(markup.Take());

    /// <summary>The markup for each of them, one after the other.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> markup) => new(string.Concat(items.Select(item => markup(item).ToString())));

    /// <summary>The markup if that is so.</summary>
    public static Html If(bool condition, Func<Html> markup) => condition ? markup() : None;

    /// <summary>What the renderer of Markdown has written, which lets no markup through.</summary>
    internal static Html OfRenderer(string markup) => new(markup);

    /// <summary>As it is sent.</summary>
    public override string ToString() => _markup ?? "";
}
