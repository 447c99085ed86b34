using System.Runtime.CompilerServices;
using System.Text;

namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>An address on this server. Its parts that are put in are percent-encoded, so none can lead elsewhere.</summary>
internal readonly record struct Link
{
    private readonly string _address;

    private Link(string address) => _address = address;

    /// <summary>For example <c>Link.To($"/tasks/{id}")</c>.</summary>
    public static Link To(ref LinkBuilder path) => new(path.Take());

    /// <summary>The same with a parameter, unless its value is null or empty.</summary>
    public Link With(string name, string? value) => string.IsNullOrEmpty(value) ? this
        : new($"{_address}{(_address.Contains('?') ? '&' : '?')}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}");

    /// <summary>The same with the element to look at.</summary>
    public Link At(string id) => new($"{_address}#{Uri.EscapeDataString(id)}");

    /// <inheritdoc/>
    public override string ToString() => _address;
}

/// <summary>Writes an interpolated text as an address.</summary>
[InterpolatedStringHandler]
internal ref struct LinkBuilder(int literalLength, int formattedCount)
{
    private readonly StringBuilder _address = new(literalLength + (formattedCount * 24));

    public readonly void AppendLiteral(string literal)
    {
        if (_address.Length == 0 && (!literal.StartsWith('/') || literal.StartsWith("//", StringComparison.Ordinal)) && !literal.StartsWith('#'))
            throw new InvalidOperationException("An address of this server begins with one slash.");
        _address.Append(literal);
    }

    public readonly void AppendFormatted(string part)
    {
        if (_address.Length == 0)
            throw new InvalidOperationException("An address of this server begins with a path of its own.");
        _address.Append(Uri.EscapeDataString(part));
    }

    public readonly void AppendFormatted(long number) => AppendFormatted(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public readonly string Take() => _address.ToString();
}
