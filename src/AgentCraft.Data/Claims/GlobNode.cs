namespace AgentCraft.Data.Claims;

/// <summary>A part of a pattern.</summary>
internal abstract record GlobNode
{
    /// <summary>One character of a set.</summary>
    public sealed record One(CharSet Set) : GlobNode;

    /// <summary>A slash.</summary>
    public sealed record Separator : GlobNode;

    /// <summary><c>*</c>: any characters of one name.</summary>
    public sealed record Star : GlobNode;

    /// <summary><c>**</c> between slashes: any number of directories.</summary>
    public sealed record Directories : GlobNode;

    /// <summary><c>{a,b}</c>: one of several sequences.</summary>
    public sealed record Either(IReadOnlyList<IReadOnlyList<GlobNode>> Ways) : GlobNode;

    /// <summary><c>**</c> where it was read; what it means depends on what stands beside it.</summary>
    public sealed record TwoStars : GlobNode;
}
