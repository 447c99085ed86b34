using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Search;

/// <summary>The parameters of a search, a property for each that <see cref="FullText.Hits"/> may name; a store adds its filters.</summary>
internal abstract class SearchTerms
{
    private readonly IReadOnlyList<string> _terms;

    protected SearchTerms(SearchQuery query, FullText engine) => (_terms, Query) = (engine.Terms(query), query);

    /// <summary>How many there are.</summary>
    internal int Count => _terms.Count;

    internal SearchQuery Query { get; }

    public string? T0 => At(0);
    public string? T1 => At(1);
    public string? T2 => At(2);
    public string? T3 => At(3);
    public string? T4 => At(4);
    public string? T5 => At(5);
    public string? T6 => At(6);
    public string? T7 => At(7);
    public string? T8 => At(8);
    public string? T9 => At(9);
    public string? T10 => At(10);
    public string? T11 => At(11);
    public string? T12 => At(12);
    public string? T13 => At(13);
    public string? T14 => At(14);
    public string? T15 => At(15);

    private string? At(int place) => place < _terms.Count ? _terms[place] : null;
}
