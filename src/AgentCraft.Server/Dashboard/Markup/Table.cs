namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>
/// A table with a caption. Where it is narrow its cells stand below each other, each with its heading; the roles keep it a table for who
/// listens to it.
/// </summary>
/// <param name="caption">What it shows; heard, and seen if <paramref name="isCaptionShown"/>.</param>
/// <param name="headings">One a column; those that begin with # have numbers in them.</param>
internal sealed class Table(string caption, string[] headings, bool isCaptionShown = false)
{
    private readonly List<Html> _rows = [];

    /// <summary>Adds a row; its first cell is its heading.</summary>
    public Table Row(params Html[] cells)
    {
        _rows.Add(Html.Of($"<tr role=\"row\">{Html.Each(cells.Index(), cell => Cell(cell.Index, cell.Item))}</tr>\n"));
        return this;
    }

    /// <summary>Adds a row for each of them.</summary>
    public Table Rows<T>(IEnumerable<T> items, Func<T, Html[]> cells)
    {
        foreach (T item in items)
            Row(cells(item));
        return this;
    }

    public Html Markup => Html.Of($"""
        <table role="table">
        <caption class="{(isCaptionShown ? "" : "visually-hidden")}">{caption}</caption>
        <thead role="rowgroup"><tr role="row">{Html.Each(headings, heading => Html.Of($"<th role=\"columnheader\" scope=\"col\" class=\"{Class(heading)}\">{heading.TrimStart('#')}</th>"))}</tr></thead>
        <tbody role="rowgroup">
        {Html.Each(_rows, row => row)}</tbody>
        </table>
        """);

    private Html Cell(int column, Html content) => column == 0
        ? Html.Of($"<th role=\"rowheader\" scope=\"row\" data-label=\"{headings[0].TrimStart('#')}\" class=\"{Class(headings[0])}\"><div>{content}</div></th>")
        : Html.Of($"<td role=\"cell\" data-label=\"{headings[column].TrimStart('#')}\" class=\"{Class(headings[column])}\"><div>{content}</div></td>");

    private static string Class(string heading) => heading.StartsWith('#') ? "number" : "";
}
