namespace AgentCraft.Data.Handovers;

/// <summary>What a character of a block can take part in.</summary>
[Flags]
internal enum GlyphRole
{
    /// <summary>May be a bracket of <c>[Text like this]</c>.</summary>
    Bracket = 1,
    /// <summary>May be a brace of <c>{{name}}</c>.</summary>
    Brace = 2,
    /// <summary>A reader sees it.</summary>
    Visible = 4,
    /// <summary>It is content even when it is neither letter nor digit, as in code.</summary>
    Solid = 8,
    /// <summary>It stands for an image.</summary>
    Image = 16,
    /// <summary>Plain text.</summary>
    Text = Bracket | Brace | Visible,
    /// <summary>Text of a link: seen, but its brackets belong to the link.</summary>
    LinkText = Brace | Visible,
    /// <summary>Code: seen, and nothing in it is a placeholder.</summary>
    Code = Visible | Solid,
}

/// <summary>One character of a block, with its place in the document.</summary>
internal readonly record struct Glyph(char Char, int Offset, GlyphRole Role)
{
    public bool Is(char wanted, GlyphRole role) => Char == wanted && (Role & role) != 0;

    public bool IsContent =>
        (Role & GlyphRole.Solid) != 0 ? !char.IsWhiteSpace(Char)
        : (Role & GlyphRole.Visible) != 0 && (char.IsLetterOrDigit(Char) || char.IsSurrogate(Char) && IsLetterHalf);

    // The halves of letters outside the basic plane (rare scripts) and of emoji: an emoji alone says nothing.
    private bool IsLetterHalf => Char is < '\uD83C' and >= '\uD800';
}
